package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

func parsed(t *testing.T, r results.Results) (junitRun, string) {
	t.Helper()
	var b strings.Builder
	if err := JUnit(&b, r); err != nil {
		t.Fatal(err)
	}
	var run junitRun
	if err := xml.Unmarshal([]byte(b.String()), &run); err != nil {
		t.Fatalf("read back: %v\n%s", err, b.String())
	}
	return run, b.String()
}

func TestEveryResultIsATestCase(t *testing.T) {
	run, _ := parsed(t, sample())
	type key struct{ suite, class, name string }
	cases := map[key]junitCase{}
	for _, s := range run.Suites {
		for _, c := range s.Cases {
			cases[key{s.Name, c.Class, c.Name}] = c
		}
	}
	if want := len(sample().Results) + len(sample().Stale); len(cases) != want || run.Tests != want {
		t.Errorf("got %d test cases and tests=%d, want %d", len(cases), run.Tests, want)
	}
	for _, r := range sample().Results {
		cell := r.Version + " " + r.Topology
		c, ok := cases[key{cell, cell + "." + r.Claim, r.Case}]
		if !ok {
			t.Errorf("%s %s/%s is no test case", cell, r.Claim, r.Case)
			continue
		}
		st := statusOf(r)
		for _, x := range []struct {
			what      string
			got, want bool
		}{
			{"failure", c.Failure != nil, st == refutedNew},
			{"error", c.Error != nil, st == inconclusive || st == unjudged},
			{"skipped", c.Skipped != nil, st == notApplicable},
			{"system-out", c.Output != "", st == refutedKnown},
		} {
			if x.got != x.want {
				t.Errorf("%s %s/%s, %s: %s is %t, want %t", cell, r.Claim, r.Case, st.kind(), x.what, x.got, x.want)
			}
		}
	}
}

func TestJUnitCountsAndTexts(t *testing.T) {
	run, text := parsed(t, sample())
	if run.Failures != 4+1 || run.Errors != 4 || run.Skipped != 2 || run.Seconds != seconds(32*0.25) {
		t.Errorf("got %+v", run.junitCounts)
	}
	for _, want := range []string{
		`<skipped message="needs tlsMode 2">`,
		`known to be refuted: REST has no floor`,
		`again: make e2e VERSION=2.3.5 TOPOLOGY=mode-2-auth FOCUS=&#39;rest-port-rules: left&#39;</error>`,
		`<error message="unjudged" type="unjudged">`,
		`<testsuite name="expectations" tests="1" failures="1"`,
		`timestamp="2025-11-22T12:30:00"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

func TestJUnitFailsWithTheFinding(t *testing.T) {
	run, _ := parsed(t, results.Results{Results: []results.Result{{
		Claim: "c", Case: "x", Verdict: harness.Refuted, Finding: "REST answers everybody.", Statement: "REST answers nobody.", Reason: "it was served"}}})
	f := run.Suites[0].Cases[0].Failure
	if f == nil || f.Message != "REST answers everybody." || !strings.HasPrefix(f.Text, "REST answers everybody. ") || !strings.Contains(f.Text, "it was served") {
		t.Errorf("failure: %+v", f)
	}
}

func TestJUnitStripsWhatXMLForbids(t *testing.T) {
	hostile := "a\x00b\x1b[31mc\x0bd\xffe\uFFFEf\tg\U0001F512"
	r := results.Results{Stale: []string{hostile}, Results: []results.Result{
		{Claim: hostile, Case: hostile, Topology: hostile, Version: hostile, Reason: hostile, Verdict: harness.Inconclusive}}}
	run, text := parsed(t, r)
	if got, want := run.Suites[0].Cases[0].Name, "ab[31mcdef\tg\U0001F512"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if strings.ContainsAny(text, "\x00\x0b\x1b\uFFFD\uFFFE") {
		t.Errorf("left in %q", text)
	}
}
