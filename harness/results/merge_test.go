package results

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
)

// planOf returns a plan that can be sharded: two releases in three topologies.
func planOf(t *testing.T) plan.Plan {
	t.Helper()
	names := []string{"mode-0", "mode-1", "mode-2"}
	var topologies []harness.Topology
	for mode, n := range names {
		topologies = append(topologies, harness.Topology{Name: n, Mode: mode})
	}
	made, err := plan.New(plan.Inputs{
		Servers: []harness.Server{
			{Version: "2.2.16", Boots: 7, Claims: []string{"a"}, Where: map[string]string{"bin": "/x"}},
			{Version: "2.3.5", Boots: 2, Claims: []string{"a"}},
		},
		Topologies: names, Clients: []harness.Client{harness.Raw, harness.Go},
	}, []harness.Claim{{ID: "a", Cases: []harness.Case{
		{Name: "raw", Want: harness.Served, Check: harness.Attempt{Client: harness.Raw, Port: harness.GRPC}},
		{Name: "go", Want: harness.Served, Check: harness.Attempt{Client: harness.Go, Port: harness.GRPC}},
	}}}, topologies)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// shardsOf returns the results of a plan in so many shards, and of the whole.
func shardsOf(t *testing.T, count int) (parts []Part, whole []Result) {
	t.Helper()
	made := planOf(t)
	mark, err := made.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	resultsOf := func(p plan.Plan) (all []Result) {
		for _, x := range p.Cases {
			all = append(all, Result{Version: x.Cell.Version, Topology: x.Cell.Topology, Claim: x.Claim, Case: x.Case, Verdict: harness.Confirmed})
		}
		return all
	}
	for i := 1; i <= count; i++ {
		shard := plan.Shard{Index: i, Count: count}
		part, err := made.Part(shard)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, Part{File: shard.String() + ".json", Results: Results{
			Schema: Schema, Results: resultsOf(part),
			Run: Run{Revision: "abc", Provider: "process", Machine: "m", Plan: &mark, Shard: &shard,
				Started: time.Unix(int64(100*i), 0), Seconds: 20, PeakMB: float64(10 * i), CPU: 1, Servers: 2},
		}})
	}
	return parts, resultsOf(made)
}

func TestMergeIsTheWhole(t *testing.T) {
	parts, whole := shardsOf(t, 3)
	parts[0], parts[2] = parts[2], parts[0] // in any order
	merged, err := Merge(parts)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(merged.Results, whole) {
		t.Error("the results are not those of the whole plan, in its order")
	}
	run := merged.Run
	if run.Shard != nil || run.Started != time.Unix(100, 0) || run.Seconds != 220 || run.PeakMB != 30 || run.CPU != 3 || run.Servers != 6 ||
		run.Provider != "process" || run.Machine != "m" {
		t.Errorf("run: %+v", run)
	}
}

func TestMergeRefusesWhatIsNoWholePlan(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func([]Part) []Part
		says   string
	}{
		{"nothing", func([]Part) []Part { return nil }, "nothing to merge"},
		{"a whole run", func(p []Part) []Part { p[1].Results.Run.Shard = nil; return p }, "2/3.json is of a whole run"},
		{"a run without a plan", func(p []Part) []Part { p[0].Results.Run.Plan = nil; return p }, "1/3.json is of a whole run"},
		{"another plan", func(p []Part) []Part {
			p[2].Results.Run.Plan = &plan.Fingerprint{Digest: strings.Repeat("f", 64)}
			return p
		}, "1/3.json and 3/3.json are of different plans"},
		{"another split", func(p []Part) []Part { p[2].Results.Run.Shard = &plan.Shard{Index: 3, Count: 4}; return p }, "split in two ways"},
		{"another revision", func(p []Part) []Part { p[1].Results.Run.Revision = "def"; return p }, "different revisions of the harness (abc and def)"},
		{"another focus", func(p []Part) []Part { p[1].Results.Run.Focus = "curl"; return p }, "narrowed differently"},
		{"one twice", func(p []Part) []Part { return append(p, p[1]) }, "2/3.json and 2/3.json are both shard 2/3"},
		{"one missing", func(p []Part) []Part { return p[:2] }, "shard 3/3 is missing"},
		{"two missing", func(p []Part) []Part { return p[1:2] }, "shard 1/3, 3/3 is missing"},
		{"a cell twice", func(p []Part) []Part {
			p[1].Results.Results = append(p[1].Results.Results, p[0].Results.Results[0])
			return p
		}, "1/3.json and 2/3.json both have results of"},
		{"a cell of no plan", func(p []Part) []Part { p[1].Results.Results[0].Topology = "mode-9"; return p }, "mode-9, which is not planned"},
		{"a result missing", func(p []Part) []Part { p[1].Results.Results = p[1].Results.Results[1:]; return p }, "results are planned, and the files have"},
	} {
		parts, _ := shardsOf(t, 3)
		_, err := Merge(tt.change(parts))
		if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want %q", tt.name, err, tt.says)
		}
	}
}

func TestMergeOfAFocusedRunNeedsNotEveryCase(t *testing.T) {
	parts, _ := shardsOf(t, 2)
	for i := range parts {
		parts[i].Results.Run.Focus = "curl"
	}
	parts[1].Results.Results = nil
	merged, err := Merge(parts)
	if err != nil || len(merged.Results) != len(parts[0].Results.Results) {
		t.Errorf("%d results, %v", len(merged.Results), err)
	}
}
