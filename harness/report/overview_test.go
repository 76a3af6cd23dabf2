package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

func TestSquareShowsItsWorstVerdict(t *testing.T) {
	// From harmless to worst: each further result must take the square over,
	// and the same results in the reverse order must give the same squares.
	ladder := []struct {
		result      results.Result
		short, full string
	}{
		{results.Result{Verdict: harness.NotApplicable}, "·", "·"},
		{results.Result{Verdict: harness.Confirmed}, "✓1", "✓1"},
		{results.Result{Verdict: harness.Refuted, Expected: true}, "✗1", "✗1/2"},
		{results.Result{Verdict: harness.Refuted}, "✗!1", "✗!1/3"},
		{results.Result{Verdict: harness.Inconclusive}, "?1", "?1/4"},
		{results.Result{Verdict: harness.Unjudged}, "-!1", "-!1/5"},
	}
	for n := range ladder {
		var up, down matrixCell
		for i := range ladder[:n+1] {
			up.add(ladder[i].result)
			down.add(ladder[n-i].result)
		}
		for _, s := range []matrixCell{up, down} {
			if s.short() != ladder[n].short || s.full() != ladder[n].full {
				t.Errorf("%d results: got %q and %q, want %q and %q", n+1, s.short(), s.full(), ladder[n].short, ladder[n].full)
			}
		}
	}
}

func TestSquareWithoutResultsIsBlank(t *testing.T) {
	if s := survey(sample(), sampleClaims()).square("2.3.5", "mode-0", "rest-port-rules"); s.full() != "" {
		t.Errorf("got %q, want a blank", s.full())
	}
}

func TestOverviewKeepsOrderAndDropsNothing(t *testing.T) {
	r := sample()
	r.Results = append(r.Results, results.Result{Claim: "from-elsewhere", Version: "2.4.0", Topology: "mode-1", Statement: "another harness asked this"})
	o := survey(r, sampleClaims())
	var ids []string
	for _, c := range o.claims {
		ids = append(ids, c.ID)
	}
	for _, x := range []struct {
		what      string
		got, want []string
	}{
		{"claims", ids, []string{"mode-0-plain", "protocol-floor", "mode-2-both", "rest-port-rules", "from-elsewhere"}},
		{"silent claims", o.silent, []string{"never-planned"}},
		{"versions", o.versions, []string{"2.2.16", "2.3.5", "2.4.0"}},
		{"topologies", o.topologies, []string{"mode-0", "mode-2", "mode-2-auth", "mode-1"}},
		{"columns of 2.3.5", o.columns("2.3.5"), []string{"mode-0", "mode-2", "mode-2-auth"}},
	} {
		if !slices.Equal(x.got, x.want) {
			t.Errorf("%s: got %v, want %v", x.what, x.got, x.want)
		}
	}
}

// Where a release is asked nothing there is no column, and the report says so.
func TestWhatIsNotApplicableHasNoColumn(t *testing.T) {
	r := sample()
	r.Results = append(r.Results, results.Result{Claim: "mode-2-both", Version: "2.3.5", Topology: "internal", Verdict: harness.NotApplicable})
	o := survey(r, sampleClaims())
	if got := o.columns("2.3.5"); slices.Contains(got, "internal") {
		t.Errorf("columns are %v", got)
	}
	if got := o.idle("2.3.5"); !slices.Equal(got, []string{"internal"}) {
		t.Errorf("idle are %v", got)
	}
	if got := o.idle("2.2.16"); len(got) > 0 {
		t.Errorf("idle are %v where nothing was planned", got)
	}
	var text bytes.Buffer
	if err := Markdown(&text, r, sampleClaims(), nil); err != nil {
		t.Fatal(err)
	}
	r.Results = append(r.Results, results.Result{Claim: "mode-2-both", Version: "9.9.9", Topology: "mode-0", Verdict: harness.NotApplicable})
	var more bytes.Buffer
	if err := Markdown(&more, r, sampleClaims(), nil); err != nil || strings.Contains(more.String(), "## 9.9.9") || !strings.Contains(more.String(), "Nothing is applicable to 9.9.9.") {
		t.Errorf("%v: the summary has a matrix of a release that was asked nothing: %s", err, more.String())
	}
	if !strings.Contains(text.String(), "Nothing is applicable in: internal.") {
		t.Errorf("the summary does not say so: %s", text.String())
	}
}

func TestAFindingIsToldOnceWorstFirst(t *testing.T) {
	var got []string
	for _, f := range survey(sample(), sampleClaims()).findings() {
		got = append(got, f.Severity.String()+" "+f.Claim+" on "+f.Releases())
	}
	want := []string{
		"critical mode-2-both on 2.2.16, 2.3.5", "high rest-port-rules on 2.2.16, 2.3.5", "medium protocol-floor on 2.2.16, 2.3.5",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFindingShowsTheNewRefutationFirst(t *testing.T) {
	at := results.Result{Claim: "c", Version: "1", Topology: "mode-1", Verdict: harness.Refuted, Severity: harness.SeverityLow}
	old, news := at, at
	old.Case, old.Expected, old.Known, old.Reason = "old", true, "known since long", "as ever"
	news.Case, news.Topology, news.Reason = "news", "mode-2", "unheard of"
	f := survey(results.Results{Results: []results.Result{old, news, old}}, nil).findings()
	if len(f) != 1 {
		t.Fatalf("got %d findings, want 1", len(f))
	}
	if got, want := f[0].Observed()+" "+f[0].Where(), "news in mode-2: unheard of; and 2 further cases in mode-1, mode-2"; got != want {
		t.Errorf("seen: got %q, want %q", got, want)
	}
	if got, want := f[0].Status(), "NEW in 1 of 3 cases"; got != want {
		t.Errorf("status: got %q, want %q", got, want)
	}
	if f[0].Known != "known since long" {
		t.Errorf("known: got %q", f[0].Known)
	}
}

func TestSettled(t *testing.T) {
	one := func(v harness.Verdict) results.Results {
		return results.Results{Results: []results.Result{{Verdict: v}}}
	}
	stale := one(harness.Confirmed)
	stale.Stale = []string{"x.yaml:1: expects"}
	for want, r := range map[string]results.Results{
		"all verdicts as expected":                           one(harness.Confirmed),
		"1 result is not as expected":                        one(harness.Unjudged),
		"1 stale expectation":                                stale,
		"nothing was judged":                                 one(harness.NotApplicable),
		"8 results are not as expected; 1 stale expectation": sample(),
	} {
		if got := settled(r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
