package chains_test

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/chains"
)

func TestJudgeChains(t *testing.T) {
	t.Parallel()
	fine := func(change func(*chains.Facts)) chains.Facts {
		f := chains.Facts{Oracle: "1.26.8", BuiltWith: "1.26.8", Seconds: 1, PerSecond: 2, Before: harness.Served, After: harness.Served}
		f.Add("good", harness.Served, chains.Accepted)
		f.Add("bad", harness.RefusedCertificate, "expired")
		change(&f)
		return f
	}
	tests := []struct {
		name   string
		saw    chains.Facts
		want   harness.Verdict
		reason string
	}{
		{"as crypto/x509", fine(func(*chains.Facts) {}), harness.Confirmed, "of 2 chains it served 1 and refused 1, each as the crypto/x509 of Go 1.26.8 does"},
		{"as an older one", fine(func(f *chains.Facts) { f.BuiltWith, f.Explained = "1.20.4", 1 }), harness.Confirmed, "but for 1, which the server's release is known to treat otherwise"},
		{"serves what its Go refuses", fine(func(f *chains.Facts) { f.Add("x", harness.Served, "no path") }), harness.Refuted, "x was served, and Go 1.26.8 says: no path"},
		{"refuses what its Go accepts", fine(func(f *chains.Facts) { f.Add("x", harness.RefusedCertificate, chains.Accepted) }), harness.Refuted, "treated 1 otherwise"},
		{"serves and leaves another open", fine(func(f *chains.Facts) {
			f.Add("x", harness.Served, "no path")
			f.Add("y", harness.TimedOut, "no path")
		}), harness.Refuted, "x was served"},
		{"otherwise than another Go", fine(func(f *chains.Facts) { f.BuiltWith = "1.20.4"; f.Add("x", harness.Served, "no path") }), harness.Inconclusive, "it is built with Go 1.20.4"},
		{"otherwise than the Go of one that says none", fine(func(f *chains.Facts) { f.BuiltWith = ""; f.Add("x", harness.Served, "no path") }), harness.Inconclusive, "a Go release that is not known"},
		{"one was left open", fine(func(f *chains.Facts) { f.Add("x", harness.TimedOut, "no path") }), harness.Inconclusive, "timed-out once"},
		{"nobody was served", chains.Facts{Tried: 2, Refused: 2, Before: harness.Served, After: harness.Served}, harness.Inconclusive, "0 were served and 2 refused"},
		{"nobody was refused", chains.Facts{Tried: 2, Served: 2, Before: harness.Served, After: harness.Served}, harness.Inconclusive, "2 were served and 0 refused"},
		{"the good client was not served before", fine(func(f *chains.Facts) { f.Before = harness.TimedOut }), harness.Inconclusive, "before any chain"},
		{"nor after", fine(func(f *chains.Facts) { f.After = harness.TimedOut }), harness.Inconclusive, "after the chains"},
	}
	for _, tt := range tests {
		j := checks.Judge(chains.Check{}, chains.AsX509, checks.Evidence{Saw: &tt.saw})
		if j.Verdict != tt.want || !strings.Contains(j.Reason, tt.reason) {
			t.Errorf("%s: %v, want %v: %s", tt.name, j.Verdict, tt.want, j.Reason)
		}
	}
	honest := fine(func(*chains.Facts) {})
	if j := checks.Judge(chains.Check{}, harness.Served, checks.Evidence{Saw: &honest}); j.Verdict != harness.Inconclusive {
		t.Errorf("chains were judged as an attempt: %v", j.Verdict)
	}
}
