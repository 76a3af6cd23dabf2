package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
)

// shards writes a plan's results as two shards of one case each, and gives the
// paths of their results.json.
func shards(t *testing.T, verdicts ...harness.Verdict) []string {
	t.Helper()
	mark := plan.Fingerprint{Digest: strings.Repeat("a", 64), Narrowed: true, Cases: len(verdicts)}
	for i := range verdicts {
		mark.Cells = append(mark.Cells, harness.Cell{Version: "2.3.5", Topology: "mode-" + string(rune('0'+i))})
	}
	var files []string
	for i, v := range verdicts {
		dir := t.TempDir()
		err := report.Write(dir, nil, results.Results{
			Schema: results.Schema,
			Run: results.Run{Revision: "abc", Started: time.Now(), Plan: &mark,
				Shard: &plan.Shard{Index: i + 1, Count: len(verdicts)}},
			Results: []results.Result{{Claim: "sdk-data-path", Case: "go", Version: "2.3.5", Topology: mark.Cells[i].Topology,
				Client: harness.Go, Port: harness.GRPC, Verdict: v, Expected: v == harness.Confirmed, Severity: harness.SeverityLow}},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.Join(dir, report.ResultsFile))
	}
	return files
}

func merge(t *testing.T, out string, files ...string) int {
	t.Helper()
	return execute(context.Background(), append([]string{"merge", "--out", out}, files...))
}

func TestMergeWritesTheReportsOfTheWhole(t *testing.T) {
	silent(t)
	out := filepath.Join(t.TempDir(), "out")
	if status := merge(t, out, shards(t, harness.Confirmed, harness.Confirmed)...); status != 0 {
		t.Errorf("status %d", status)
	}
	whole, err := report.Read(filepath.Join(out, report.ResultsFile))
	if err != nil || len(whole.Results) != 2 || whole.Run.Shard != nil {
		t.Errorf("%d results, shard %v, %v", len(whole.Results), whole.Run.Shard, err)
	}
	for _, name := range []string{report.HTMLFile, report.JUnitFile, report.MarkdownFile} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if status := merge(t, out, shards(t, harness.Confirmed, harness.Inconclusive)...); status != statusUnexpected {
		t.Errorf("one that is not as expected: status %d", status)
	}
}

func TestMergeThatCannotBeLeavesNothing(t *testing.T) {
	silent(t)
	files, others := shards(t, harness.Confirmed, harness.Confirmed), shards(t, harness.Confirmed)
	cut := filepath.Join(t.TempDir(), "cut.json")
	if err := os.WriteFile(cut, []byte(`{"schema": 2, "results": [`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		files []string
		want  int
	}{
		"a shard is missing": {files[:1], statusUnjudged},
		"a cut file":         {[]string{files[0], cut}, statusUnjudged},
		"another run":        {[]string{files[0], others[0]}, statusUnjudged},
		"no run at all":      {[]string{files[0], filepath.Join(t.TempDir(), "none.json")}, statusUnjudged},
		"no file":            {nil, statusUsage},
	} {
		out := filepath.Join(t.TempDir(), "out")
		if status := merge(t, out, tt.files...); status != tt.want {
			t.Errorf("%s: status %d, want %d", name, status, tt.want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: something was written", name)
		}
	}
}

func TestMergeSparesTheShards(t *testing.T) {
	files := shards(t, harness.Confirmed, harness.Confirmed)
	log := filepath.Join(filepath.Dir(files[0]), report.LogsFolder, "x.log")
	if err := os.MkdirAll(filepath.Dir(log), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(log, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status := merge(t, filepath.Dir(files[0]), files...); status != statusUsage {
		t.Errorf("status %d, want %d", status, statusUsage)
	}
	if _, err := os.Stat(log); err != nil {
		t.Errorf("a shard's log is gone: %v", err)
	}
}

// What no case of a whole line matched is stale; a shard alone cannot tell.
func TestMergeSettlesWhatIsStale(t *testing.T) {
	files := shards(t, harness.Confirmed, harness.Confirmed)
	whole, err := mergeFiles(files)
	if err != nil || len(whole.Stale) > 0 {
		t.Errorf("narrowed: %v, %v", whole.Stale, err)
	}
	for _, file := range files {
		r, err := report.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		r.Run.Plan.Narrowed = false
		if err := report.Write(filepath.Dir(file), nil, r, nil); err != nil {
			t.Fatal(err)
		}
	}
	whole, err = mergeFiles(files)
	if err != nil || !slices.ContainsFunc(whole.Stale, func(s string) bool { return strings.Contains(s, "2.3.yaml") }) {
		t.Errorf("whole: %v, %v", whole.Stale, err)
	}
}
