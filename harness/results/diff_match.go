package results

import (
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
)

// caseKey is what makes two results of different runs the same case.
type caseKey struct{ version, topology, claim, name string }

// whole is the key of the result that covers all cases of the claim.
func (k caseKey) whole() caseKey {
	k.name = plan.AllCases
	return k
}

func (k caseKey) cell() harness.Cell { return harness.Cell{Version: k.version, Topology: k.topology} }

func keyOf(r *Result, across bool) caseKey {
	k := caseKey{r.Version, r.Topology, r.Claim, r.Case}
	if across {
		k.version = ""
	}
	return k
}

// An index finds a run's results by their keys.
type index struct {
	results map[caseKey]*Result
	cells   map[harness.Cell]bool // that the run judged
}

func indexed(results []Result, across bool) (index, error) {
	x := index{results: make(map[caseKey]*Result, len(results)), cells: map[harness.Cell]bool{}}
	for i := range results {
		k := keyOf(&results[i], across)
		if x.results[k] != nil {
			return index{}, fmt.Errorf("%s %s/%s is there twice", results[i].Cell(), k.claim, k.name)
		}
		x.results[k] = &results[i]
		x.cells[k.cell()] = true
	}
	return x, nil
}

// trendOf compares a case with what it was; "" means that it stayed.
func trendOf(was, is *Result) Trend {
	if a, b := was.Verdict == harness.NotApplicable, is.Verdict == harness.NotApplicable; a || b {
		return map[[2]bool]Trend{{true, false}: Appeared, {false, true}: Gone}[[2]bool{a, b}]
	}
	switch a, b := was.badness(), is.badness(); {
	case b > a:
		return Worse
	case b < a:
		return Better
	case was.Saw != is.Saw || was.Want != is.Want || was.shows() != is.shows():
		return Shifted
	}
	return ""
}

func (r *Result) badness() int {
	switch {
	case r.Verdict == harness.Unjudged:
		return 4
	case r.Verdict == harness.Inconclusive:
		return 3
	case r.Verdict == harness.Refuted && !r.Expected:
		return 2
	case r.Verdict == harness.Refuted:
		return 1
	}
	return 0
}

// shows returns the evidence that is the same in every run of the same server:
// seen in ten runs of 2.2.16 and 2.3.5.
func (r *Result) shows() [2]string {
	if r.Evidence == nil {
		return [2]string{}
	}
	return [2]string{r.Evidence.Alert, r.Evidence.Negotiated}
}
