package report

import (
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/topologies"
)

// A topology's name says which group it is in: its settings must say the same.
func TestTopologiesAreInTheGroupOfTheirSettings(t *testing.T) {
	for _, x := range topologies.All() {
		want := groupModes
		switch {
		case x.Internal != harness.InternalOff:
			want = groupInternal
		case x.Recipe != "":
			want = groupCertificates
		case x.EtcdTLS || x.StoreTLS:
			want = groupBackends
		}
		if got := groupOf(x.Name); got != want && got != groupCluster {
			t.Errorf("%s is in %q, want %q", x.Name, groupNames[got], groupNames[want])
		}
	}
	mixed := []string{"store-tls", "cluster", "mode-2", "internal", "mode-1-recipe-2.5", "mode-0"}
	if byGroup(mixed); !slices.Equal(mixed, []string{"mode-2", "mode-0", "mode-1-recipe-2.5", "store-tls", "internal", "cluster"}) {
		t.Errorf("sorted: %v", mixed)
	}
}

func TestTheMatrixLeavesOutWhatWasNotJudged(t *testing.T) {
	r := sample()
	outside := func(claim, version, topology string) results.Result {
		return results.Result{Claim: claim, Case: plan.AllCases, Version: version, Topology: topology, Verdict: harness.NotApplicable}
	}
	r.Results = append(r.Results, outside("never-planned", "2.3.5", "mode-2"), outside("mode-2-both", "2.3.5", "internal"), outside("mode-2-both", "9.9.9", "mode-2"))
	m := survey(r, sampleClaims()).matrix()
	if !slices.Equal(m.Columns, []string{"mode-0", "mode-2", "mode-2-auth"}) || m.Hidden != "1 claim and 1 topology" {
		t.Errorf("columns %v, hidden %q", m.Columns, m.Hidden)
	}
	for _, chapter := range m.Chapters {
		for _, c := range chapter.Claims {
			if c.ID == "never-planned" || slices.ContainsFunc(c.Rows, func(row pageRow) bool { return row.Version == "9.9.9" }) {
				t.Errorf("%s has the rows %v", c.ID, c.Rows)
			}
		}
	}
}

func TestAFindingNamesTheClientsThatDiffer(t *testing.T) {
	r := sample()
	differing := func(version, client string) results.Result {
		return results.Result{Claim: "mode-2-both", Case: "compared", Version: version, Topology: "mode-2", Verdict: harness.Refuted, Finding: "Not every client is served.",
			Evidence: &harness.Evidenced{Differ: &harness.Differ{How: "not served", Clients: []string{"curl", client}}}}
	}
	r.Results = append(r.Results, differing("2.3.5", "java"), differing("2.3.5", "node 2.4"), differing("2.3.5", "java"))
	const want = "Not every client is served (not served: curl, java, node 2.4)."
	if !slices.ContainsFunc(survey(r, sampleClaims()).findings(), func(f finding) bool { return f.Text == want && f.Count == 3 }) {
		t.Errorf("no finding of three says: %s", want)
	}
}
