package results

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
)

func known(claim string) Expectation {
	return Expectation{Claim: claim, Case: "x", Topology: "mode-1", Client: "raw", Port: Any, Saw: "served", Reason: "why", Line: "2.3", At: "2.3.yaml:1"}
}

func TestApplyKnownMatchesExactly(t *testing.T) {
	base := Result{Claim: "c", Case: "x", Topology: "mode-1", Version: "2.3.5", Client: harness.Raw, Port: harness.GRPC, Saw: "served", Verdict: harness.Refuted}
	tests := []struct {
		name   string
		change func(*Result)
		line   string
		is     bool
	}{
		{"the very case", func(*Result) {}, "2.3", true},
		{"another case", func(r *Result) { r.Case = "y" }, "2.3", false},
		{"another topology", func(r *Result) { r.Topology = "mode-2" }, "2.3", false},
		{"another client", func(r *Result) { r.Client = harness.Go }, "2.3", false},
		{"any port", func(r *Result) { r.Port = harness.HTTP }, "2.3", true},
		{"another line", func(*Result) {}, "2.5", false},
		{"another outcome", func(r *Result) { r.Saw = "timed-out" }, "2.3", false},
		{"not refuted but inconclusive", func(r *Result) { r.Verdict = harness.Inconclusive }, "2.3", false},
	}
	for _, tt := range tests {
		r := base
		tt.change(&r)
		ApplyKnown(&r, tt.line, []Expectation{known("c")})
		if r.Expected != tt.is || (r.Known != "") != tt.is {
			t.Errorf("%s: expected is %v", tt.name, r.Expected)
		}
	}
}

// A failure that is known and comes out otherwise is a new one, and says so.
func TestAnotherOutcomeIsNotTheKnownFailure(t *testing.T) {
	entries := []Expectation{known("c"), known("c")}
	entries[1].Saw, entries[1].At = "timed-out", "any.yaml:9"
	r := Result{Claim: "c", Case: "x", Topology: "mode-1", Client: harness.Raw, Port: harness.GRPC, Saw: "api-error", Verdict: harness.Refuted, Reason: "it failed"}
	ApplyKnown(&r, "2.3", entries)
	if want := "it failed; this is not the failure that is known, which is served (2.3.yaml:1) or timed-out (any.yaml:9)"; r.Reason != want || r.Expected || !r.Red() {
		t.Errorf("%q, expected %v; want %q", r.Reason, r.Expected, want)
	}
	r.Saw = "timed-out"
	if ApplyKnown(&r, "2.3", entries); !r.Expected || r.Known != "why" {
		t.Errorf("the second entry is not found: %+v", r)
	}
	r.Expected, entries[1].Saw = false, Any
	if ApplyKnown(&r, "2.3", entries); !r.Expected {
		t.Error("any outcome is not this one")
	}
}

// A wildcard stands at the end of a field, for what follows there.
func TestWildcards(t *testing.T) {
	for want, gots := range map[string]map[string]bool{
		"*":         {"": true, "ca.pem missing": true},
		"ca.pem *":  {"ca.pem missing": true, "ca.pem": false, "no ca.pem missing": false},
		"tls.* set": {"tls.* set": true, "tls.caPemPath set": false},
	} {
		for got, matches := range gots {
			x, r := known("c"), Result{Claim: "c", Case: got, Topology: "mode-1", Client: harness.Raw, Saw: "served", Verdict: harness.Refuted}
			x.Case = want
			if ApplyKnown(&r, "2.3", []Expectation{x}); r.Expected != matches {
				t.Errorf("%q matches %q: %v", want, got, r.Expected)
			}
		}
	}
}

// What is the same on every release needs no entry for each line.
func TestEveryLine(t *testing.T) {
	x := known("c")
	x.Line = EveryLine
	for _, line := range []string{"2.3", "3.0"} {
		r := Result{Claim: "c", Case: "x", Topology: "mode-1", Client: harness.Raw, Port: harness.GRPC, Saw: "served", Verdict: harness.Refuted}
		if ApplyKnown(&r, line, []Expectation{x}); !r.Expected {
			t.Errorf("%s: not known", line)
		}
	}
}

// A race in the server is known whichever way it ends.
func TestSometimes(t *testing.T) {
	x := known("c")
	x.Sometimes = "which of two goroutines is first"
	r := Result{Claim: "c", Case: "x", Topology: "mode-1", Version: "2.3.5", Client: harness.Raw, Port: harness.GRPC, Saw: "served", Verdict: harness.Refuted}
	ApplyKnown(&r, "2.3", []Expectation{x})
	if want := "why; not every time: which of two goroutines is first"; !r.Expected || r.Known != want {
		t.Errorf("refuted: expected %v, %q", r.Expected, r.Known)
	}
	lines := map[string]string{"2.3.5": "2.3"}
	for _, v := range []harness.Verdict{harness.Refuted, harness.Confirmed, harness.NotApplicable} {
		r.Verdict = v
		if stale := Stale([]Result{r}, []Expectation{x}, lines, true); len(stale) > 0 {
			t.Errorf("%v contradicts it: %v", v, stale)
		}
	}
	if stale := Stale(nil, []Expectation{x}, lines, true); len(stale) > 0 {
		t.Errorf("what was not judged contradicts it: %v", stale)
	}
}

func partial(r []Result) []Result {
	r[0].Partial = true
	return r
}

func TestStale(t *testing.T) {
	result := func(v harness.Verdict) []Result {
		return []Result{{Claim: "c", Case: "x", Topology: "mode-1", Version: "2.3.5", Client: harness.Raw, Port: harness.GRPC, Verdict: v}}
	}
	lines := map[string]string{"2.3.5": "2.3"}
	tests := []struct {
		name    string
		results []Result
		x       Expectation
		whole   bool
		stale   bool
	}{
		{"refuted as expected", result(harness.Refuted), known("c"), true, false},
		{"fixed upstream", result(harness.Confirmed), known("c"), true, true},
		{"fixed upstream, seen in a narrowed run", result(harness.Confirmed), known("c"), false, true},
		{"agreed on by too few clients", partial(result(harness.Confirmed)), known("c"), true, false},
		{"could not be judged", result(harness.Inconclusive), known("c"), true, false},
		{"cannot be asked here", result(harness.NotApplicable), known("c"), true, false},
		{"matches nothing", result(harness.Refuted), known("d"), true, true},
		{"another outcome, which is red by itself", result(harness.Refuted), saw(known("c"), "timed-out"), true, false},
		{"fixed upstream, whatever was seen", result(harness.Confirmed), saw(known("c"), "timed-out"), true, true},
		{"refuted in one place of several", append(result(harness.Refuted), elsewhere(result(harness.Confirmed))...), everywhere(known("c")), true, false},
		{"nothing of the claim applies", whole(result(harness.NotApplicable)), known("c"), true, false},
		{"the claim was judged, and nothing matches", append(result(harness.Refuted), whole(result(harness.NotApplicable))...), otherwise(known("c")), true, true},
		{"matches nothing in a narrowed run", result(harness.Refuted), known("d"), false, false},
	}
	for _, tt := range tests {
		if got := Stale(tt.results, []Expectation{tt.x}, lines, tt.whole); (len(got) > 0) != tt.stale {
			t.Errorf("%s: stale is %v", tt.name, got)
		}
	}
	other := known("c")
	other.Line = "2.6"
	if got := Stale(result(harness.Refuted), []Expectation{other}, lines, true); len(got) > 0 {
		t.Errorf("a line that was not judged contradicts its expectations: %v", got)
	}
}

func saw(x Expectation, outcome string) Expectation {
	x.Saw = outcome
	return x
}

func otherwise(x Expectation) Expectation {
	x.Case = "y"
	return x
}

func everywhere(x Expectation) Expectation {
	x.Topology = Any
	return x
}

func elsewhere(r []Result) []Result {
	r[0].Topology = "mode-2"
	return r
}

// whole makes one result of a claim that does not apply to a cell.
func whole(r []Result) []Result {
	r[0].Case, r[0].Client, r[0].Port = plan.AllCases, "", ""
	return r
}

// What holds on every release is contradicted by each line that does otherwise,
// and by no line on which its claim does not apply.
func TestStaleOfEveryLine(t *testing.T) {
	x := known("c")
	x.Line, x.At = EveryLine, "any.yaml:1"
	lines := map[string]string{"2.3.5": "2.3", "3.0.0": "3.0"}
	at := func(version string, v harness.Verdict) Result {
		return Result{Claim: "c", Case: "x", Topology: "mode-1", Version: version, Client: harness.Raw, Port: harness.GRPC, Verdict: v}
	}
	off := whole([]Result{at("2.3.5", harness.NotApplicable)})[0]
	for _, tt := range []struct {
		name    string
		results []Result
		want    string
	}{
		{"refuted on both", []Result{at("2.3.5", harness.Refuted), at("3.0.0", harness.Refuted)}, ""},
		{"fixed on the newer", []Result{at("2.3.5", harness.Refuted), at("3.0.0", harness.Confirmed)}, "refuted on 3.0, and it was not: move the entry to the files of the other lines"},
		{"judged on one", []Result{off, at("3.0.0", harness.Refuted)}, ""},
		{"judged on none", []Result{off, whole([]Result{at("3.0.0", harness.NotApplicable)})[0]}, ""},
		{"its topology was not planned", []Result{inCluster(at("3.0.0", harness.Confirmed))}, ""},
		{"judged, without this case", []Result{off, otherCase(at("3.0.0", harness.Confirmed))}, "refuted on every release, and no such case was planned"},
	} {
		got := strings.Join(Stale(tt.results, []Expectation{x}, lines, true), "; ")
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func inCluster(r Result) Result {
	r.Topology = "cluster"
	return r
}

func otherCase(r Result) Result {
	r.Case = "y"
	return r
}

// An expectation about an upgrade is one about that upgrade alone.
func TestExpectationsOfUpgrades(t *testing.T) {
	x := known("c")
	x.From = "2.2"
	r := Result{Claim: "c", Case: "x", Topology: "mode-1", Version: "2.3.5", Client: harness.Raw, Port: harness.GRPC, Saw: x.Saw, Verdict: harness.Refuted}
	for from, is := range map[string]bool{"": false, "2.2.16": true, "2.1.4": false, "2.20.1": false} {
		got := r
		got.From = from
		ApplyKnown(&got, "2.3", []Expectation{x})
		if got.Expected != is {
			t.Errorf("from %q: expected is %v", from, got.Expected)
		}
		plain := got
		plain.Expected = false
		ApplyKnown(&plain, "2.3", []Expectation{known("c")})
		if plain.Expected != (from == "") {
			t.Errorf("from %q: a plain expectation matched: %v", from, plain.Expected)
		}
	}
	if stale := Stale([]Result{r}, []Expectation{x}, map[string]string{"2.3.5": "2.3"}, true); len(stale) > 0 {
		t.Errorf("a run that upgrades nothing contradicts it: %v", stale)
	}
	r.From, r.Verdict = "2.2.16", harness.Confirmed
	if stale := Stale([]Result{r}, []Expectation{x}, map[string]string{"2.3.5": "2.3"}, false); len(stale) != 1 {
		t.Errorf("an upgrade that went well does not contradict it: %v", stale)
	}
}
