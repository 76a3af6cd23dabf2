package results

import (
	"reflect"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/plan"
)

// run returns results in one cell of a release, each "claim/case" confirmed
// unless a change says otherwise.
func run(version string, names ...string) Results {
	var r Results
	for _, n := range names {
		claim, name, _ := strings.Cut(n, "/")
		r.Results = append(r.Results, Result{
			Version: version, Topology: "mode-1", Claim: claim, Case: name, Verdict: harness.Confirmed, Expected: true,
			Saw: harness.Served.String(), Want: harness.Served.String(), Severity: harness.SeverityHigh, Evidence: &harness.Evidenced{Negotiated: "TLS 1.3"},
		})
		if name == plan.AllCases {
			r.Results[len(r.Results)-1].Verdict = harness.NotApplicable
		}
	}
	return r
}

// summary returns a diff as "trend claim/case" lines, in its order.
func summary(d Diff) []string {
	var lines []string
	for _, c := range d.Claims {
		for _, x := range c.Changes {
			r := x.New
			if x.Trend == Gone {
				r = x.Base
			}
			lines = append(lines, string(x.Trend)+" "+r.Claim+"/"+r.Case)
		}
	}
	return lines
}

func diffOf(t *testing.T, base, next Results) Diff {
	t.Helper()
	d, err := Compare(base, next)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCompareOneCase(t *testing.T) {
	tests := []struct {
		name     string
		was, is  func(*Result)
		expected Trend
	}{
		{"nothing", func(*Result) {}, func(*Result) {}, ""},
		{"refuted now", func(*Result) {}, func(r *Result) { r.Verdict, r.Expected = harness.Refuted, false }, Worse},
		{"refuted now, as expected of the line", func(*Result) {}, func(r *Result) { r.Verdict = harness.Refuted }, Worse},
		{"no longer expected", func(r *Result) { r.Verdict = harness.Refuted }, func(r *Result) { r.Verdict, r.Expected = harness.Refuted, false }, Worse},
		{"inconclusive now", func(r *Result) { r.Verdict, r.Expected = harness.Refuted, false }, func(r *Result) { r.Verdict = harness.Inconclusive }, Worse},
		{"unjudged now", func(r *Result) { r.Verdict = harness.Inconclusive }, func(r *Result) { r.Verdict = harness.Unjudged }, Worse},
		{"mended", func(r *Result) { r.Verdict = harness.Refuted }, func(*Result) {}, Better},
		{"another outcome", func(*Result) {}, func(r *Result) { r.Saw = harness.NotOffered.String() }, Shifted},
		{"another question", func(*Result) {}, func(r *Result) { r.Want = harness.Answered.String() }, Shifted},
		{"another alert", func(*Result) {}, func(r *Result) { r.Evidence = &harness.Evidenced{Alert: "alert 116", Negotiated: "TLS 1.3"} }, Shifted},
		{"another protocol", func(*Result) {}, func(r *Result) { r.Evidence = &harness.Evidenced{Negotiated: "TLS 1.2"} }, Shifted},
		{"not asked before", func(r *Result) { r.Verdict = harness.NotApplicable }, func(*Result) {}, Appeared},
		{"no longer asked", func(*Result) {}, func(r *Result) { r.Verdict = harness.NotApplicable }, Gone},
		{"never asked", func(r *Result) { r.Verdict = harness.NotApplicable }, func(r *Result) { r.Verdict = harness.NotApplicable }, ""},
		{"times, texts and keys of the run", func(*Result) {}, func(r *Result) {
			r.Seconds, r.Reason, r.Reproduce, r.Digest = 9, "it ended after 9 s", "make", "00"
			r.Evidence = &harness.Evidenced{Negotiated: "TLS 1.3", Log: "another line", Facts: &connection.Observation{Seconds: 3, ServerCert: "ff"}}
		}, ""},
	}
	for _, tt := range tests {
		base, next := run("2.3.5", "a/x", "a/y"), run("2.3.5", "a/x", "a/y")
		tt.was(&base.Results[0])
		tt.is(&next.Results[0])
		d := diffOf(t, base, next)
		switch {
		case tt.expected == "" && (d.Changed() || d.Stayed != 2):
			t.Errorf("%s: %v, %d stayed", tt.name, summary(d), d.Stayed)
		case tt.expected != "" && (len(summary(d)) != 1 || d.Count()[tt.expected] != 1 || d.Stayed != 1):
			t.Errorf("%s: %v, %d stayed; want %s", tt.name, summary(d), d.Stayed, tt.expected)
		}
	}
}

func TestCompareTellsWhatAppearedAndWhatWent(t *testing.T) {
	d := diffOf(t, run("2.3.5", "a/x", "b/*", "c/x", "c/y"), run("2.3.5", "a/x", "a/y", "b/x", "b/y", "c/*"))
	want := []string{"appeared a/y", "appeared b/x", "appeared b/y", "gone c/x", "gone c/y"}
	if got := summary(d); !reflect.DeepEqual(got, want) || d.Stayed != 1 || d.Across {
		t.Fatalf("got %v, %d stayed; want %v", got, d.Stayed, want)
	}
	for _, c := range d.Claims {
		for _, x := range c.Changes {
			asked := c.Claim == "a"
			if (x.Base == nil || x.New == nil) != asked {
				t.Errorf("%s: %+v does not say why the other run did not ask", c.Claim, x)
			}
		}
	}
}

// What only one run has, and does not judge, is no change: nobody judges it now, either.
func TestWhatNobodyJudgesIsNoChange(t *testing.T) {
	one, both := run("2.3.5", "a/x"), run("2.3.5", "a/x", "d/y")
	both.Results[1].Verdict = harness.NotApplicable
	for _, d := range []Diff{diffOf(t, one, both), diffOf(t, both, one)} {
		if d.Changed() || d.Stayed != 1 {
			t.Errorf("%v, %d stayed", summary(d), d.Stayed)
		}
	}
}

func TestCompareMatchesReleases(t *testing.T) {
	both := func(versions ...string) Results {
		var r Results
		for _, v := range versions {
			r.Results = append(r.Results, run(v, "a/x").Results...)
		}
		return r
	}
	alone := func(version string, isNew bool) Alone { return Alone{version, []string{"mode-1"}, isNew, 1} }
	tests := []struct {
		name      string
		base, new []string
		across    bool
		stayed    int
		alone     []Alone
	}{
		{"the same", []string{"2.3.5"}, []string{"2.3.5"}, false, 1, []Alone{}},
		{"one against another", []string{"2.3.5"}, []string{"2.5.4"}, true, 1, []Alone{}},
		{"some in common", []string{"2.2.16", "2.3.5"}, []string{"2.3.5", "2.5.4"}, false, 1, []Alone{alone("2.5.4", true), alone("2.2.16", false)}},
		{"one against several", []string{"2.5.4"}, []string{"2.2.16", "2.3.5"}, false, 0, []Alone{alone("2.2.16", true), alone("2.3.5", true), alone("2.5.4", false)}},
		{"nothing before", nil, []string{"2.3.5"}, false, 0, []Alone{alone("2.3.5", true)}},
	}
	for _, tt := range tests {
		d := diffOf(t, both(tt.base...), both(tt.new...))
		if d.Across != tt.across || d.Stayed != tt.stayed || !reflect.DeepEqual(d.Alone, tt.alone) || len(d.Claims) > 0 {
			t.Errorf("%s: across %v, %d stayed, alone %v, %v", tt.name, d.Across, d.Stayed, d.Alone, summary(d))
		}
		if d.Changed() != (len(tt.alone) > 0) {
			t.Errorf("%s: changed is %v", tt.name, d.Changed())
		}
	}
}

// A run that was narrowed to some topologies says nothing of the others.
func TestCompareCountsCellsThatOnlyOneRunHas(t *testing.T) {
	base, next := run("2.3.5", "a/x", "a/y", "b/x"), run("2.5.4", "a/x")
	base.Results[1].Topology, base.Results[2].Topology = "mode-0", "mode-2"
	d := diffOf(t, base, next)
	want := []Alone{{"2.3.5", []string{"mode-0", "mode-2"}, false, 2}}
	if !reflect.DeepEqual(d.Alone, want) || len(d.Claims) > 0 || d.Stayed != 1 || !d.Changed() {
		t.Errorf("alone %v, %v, %d stayed", d.Alone, summary(d), d.Stayed)
	}
}

func TestCompareRefusesACaseThatIsThereTwice(t *testing.T) {
	for _, pair := range [][2]Results{{run("2.3.5", "a/x", "a/x"), run("2.3.5")}, {run("2.3.5"), run("2.3.5", "a/x", "a/x")}} {
		if _, err := Compare(pair[0], pair[1]); err == nil || !strings.Contains(err.Error(), "2.3.5 mode-1 a/x is there twice") {
			t.Errorf("got %v", err)
		}
	}
}
