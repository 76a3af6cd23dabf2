package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
)

// resultsOf writes a results.json with one result, and gives its path.
func resultsOf(t *testing.T, verdict harness.Verdict) string {
	t.Helper()
	dir := t.TempDir()
	err := report.Write(dir, nil, results.Results{Schema: results.Schema, Results: []results.Result{{
		Claim: "mode-2-both", Case: "nobody", Topology: "mode-2", Version: "2.3.5", Severity: harness.SeverityCritical, Verdict: verdict,
	}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, report.ResultsFile)
}

// silent keeps what commands say off the tests' output.
func silent(t *testing.T) {
	t.Helper()
	out := os.Stdout
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout = null
	t.Cleanup(func() { os.Stdout = out; null.Close() })
}

func TestDiffTellsChangedByItsStatus(t *testing.T) {
	silent(t)
	confirmed, refuted := resultsOf(t, harness.Confirmed), resultsOf(t, harness.Refuted)
	cut := filepath.Join(t.TempDir(), "cut.json")
	if err := os.WriteFile(cut, []byte(`{"schema": 2, "run": {`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		want int
	}{
		{[]string{confirmed, confirmed}, 0},
		{[]string{confirmed, refuted}, statusUnexpected},
		{[]string{"--json", refuted, confirmed}, statusUnexpected},
		{[]string{"--markdown", confirmed, confirmed}, 0},
		{[]string{"--markdown", "--json", confirmed, confirmed}, statusUsage},
		{[]string{confirmed}, statusUsage},
		{[]string{confirmed, cut}, statusUnjudged},
		{[]string{confirmed + "x", confirmed}, statusUnjudged},
	} {
		if status := execute(context.Background(), append([]string{"diff"}, tt.args...)); status != tt.want {
			t.Errorf("diff %v: status %d, want %d", tt.args, status, tt.want)
		}
	}
}
