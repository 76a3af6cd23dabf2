package harness

import "testing"

func known(claim string) Expectation {
	return Expectation{Claim: claim, Case: "x", Topology: "mode-1", Client: "raw", Port: Any, Reason: "why", Line: "2.3", At: "2.3.yaml:1"}
}

func TestRecogniseMatchesExactly(t *testing.T) {
	base := Result{Claim: "c", Case: "x", Topology: "mode-1", Version: "2.3.5", Client: Raw, Port: GRPC, Verdict: Refuted}
	tests := []struct {
		name   string
		change func(*Result)
		line   string
		is     bool
	}{
		{"the very case", func(*Result) {}, "2.3", true},
		{"another case", func(r *Result) { r.Case = "y" }, "2.3", false},
		{"another topology", func(r *Result) { r.Topology = "mode-2" }, "2.3", false},
		{"another client", func(r *Result) { r.Client = Go }, "2.3", false},
		{"any port", func(r *Result) { r.Port = HTTP }, "2.3", true},
		{"another line", func(*Result) {}, "2.5", false},
		{"not refuted but inconclusive", func(r *Result) { r.Verdict = Inconclusive }, "2.3", false},
	}
	for _, tt := range tests {
		r := base
		tt.change(&r)
		Recognise(&r, tt.line, []Expectation{known("c")})
		if r.Expected != tt.is || (r.Known != "") != tt.is {
			t.Errorf("%s: expected is %v", tt.name, r.Expected)
		}
	}
}

func partial(r []Result) []Result {
	r[0].Partial = true
	return r
}

func TestStale(t *testing.T) {
	result := func(v Verdict) []Result {
		return []Result{{Claim: "c", Case: "x", Topology: "mode-1", Version: "2.3.5", Client: Raw, Port: GRPC, Verdict: v}}
	}
	lines := map[string]string{"2.3.5": "2.3"}
	tests := []struct {
		name    string
		results []Result
		x       Expectation
		whole   bool
		stale   bool
	}{
		{"refuted as expected", result(Refuted), known("c"), true, false},
		{"fixed upstream", result(Confirmed), known("c"), true, true},
		{"fixed upstream, seen in a narrowed run", result(Confirmed), known("c"), false, true},
		{"agreed on by too few clients", partial(result(Confirmed)), known("c"), true, false},
		{"could not be judged", result(Inconclusive), known("c"), true, false},
		{"cannot be asked here", result(NotApplicable), known("c"), true, false},
		{"matches nothing", result(Refuted), known("d"), true, true},
		{"matches nothing in a narrowed run", result(Refuted), known("d"), false, false},
	}
	for _, tt := range tests {
		if got := Stale(tt.results, []Expectation{tt.x}, lines, tt.whole); (len(got) > 0) != tt.stale {
			t.Errorf("%s: stale is %v", tt.name, got)
		}
	}
	other := known("c")
	other.Line = "2.6"
	if got := Stale(result(Refuted), []Expectation{other}, lines, true); len(got) > 0 {
		t.Errorf("a line that was not judged contradicts its expectations: %v", got)
	}
}
