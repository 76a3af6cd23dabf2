package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/claims"
)

func aResultsFile(t *testing.T, verdict harness.Verdict) string {
	t.Helper()
	dir := t.TempDir()
	r := results.Results{Schema: results.Schema, Results: []results.Result{
		{Claim: "mode-2-both", Case: "nobody via raw at grpc", Version: "2.3.5", Topology: "mode-2", Verdict: verdict, Severity: harness.SeverityCritical},
	}}
	if err := report.Write(dir, nil, r, claims.All()); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, report.ResultsFile)
}

func TestReportsDrawnAnewAreThoseOfTheRun(t *testing.T) {
	path, out := aResultsFile(t, harness.Confirmed), t.TempDir()
	if err := drawReports(io.Discard, path, "", out); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{report.HTMLFile, report.MarkdownFile, report.JUnitFile} {
		want, err := os.ReadFile(filepath.Join(filepath.Dir(path), name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(out, name)); err != nil || string(got) != string(want) {
			t.Errorf("%s is not what the run wrote (%v)", name, err)
		}
	}
}

func TestReportShowsChangesSinceItsBase(t *testing.T) {
	out := t.TempDir()
	if err := drawReports(io.Discard, aResultsFile(t, harness.Refuted), aResultsFile(t, harness.Confirmed), out); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(out, report.HTMLFile))
	if err != nil || !strings.Contains(string(page), "Changes since an earlier run") {
		t.Errorf("the page shows no changes (%v)", err)
	}
}

func TestReportOfAFileThatCannotBeUsedWritesNothing(t *testing.T) {
	cut := filepath.Join(t.TempDir(), "cut.json")
	if err := os.WriteFile(cut, []byte(`{"schema": 2, "results": [`), 0o600); err != nil {
		t.Fatal(err)
	}
	good := aResultsFile(t, harness.Confirmed)
	for name, tt := range map[string]struct {
		args []string
		want int
	}{
		"cut off": {[]string{cut}, statusUnjudged}, "missing": {[]string{cut + "er"}, statusUnjudged},
		"base cut off": {[]string{good, "--base", cut}, statusUnjudged}, "no file": {nil, statusUsage},
	} {
		out := filepath.Join(t.TempDir(), "out")
		if got := execute(t.Context(), append([]string{"report", "--out", out}, tt.args...)); got != tt.want {
			t.Errorf("%s: exit status %d, want %d", name, got, tt.want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: something was written", name)
		}
	}
}
