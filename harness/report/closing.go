package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

func judged(r results.Results) int {
	n := r.Count()
	return n[harness.Confirmed] + n[harness.Refuted] + n[harness.Inconclusive]
}

// counted counts the results by verdict, with those that do not apply apart.
func counted(r results.Results) string {
	n := r.Count()
	known := 0
	for _, x := range r.Results {
		if statusOf(x) == refutedKnown {
			known++
		}
	}
	refuted := fmt.Sprintf("%d refuted", n[harness.Refuted])
	switch {
	case known > 0 && known == n[harness.Refuted]:
		refuted += " (all known)"
	case known > 0:
		refuted += fmt.Sprintf(" (%d known)", known)
	}
	unjudged := ""
	if n[harness.Unjudged] > 0 {
		unjudged = fmt.Sprintf("; %d unjudged", n[harness.Unjudged])
	}
	return fmt.Sprintf("%d judged: %d confirmed, %s, %d inconclusive%s; %d not applicable",
		judged(r), n[harness.Confirmed], refuted, n[harness.Inconclusive], unjudged, n[harness.NotApplicable])
}

// repeatedly sums up the cases that were judged many times; empty if there are none.
func repeatedly(r results.Results) string {
	counts, cases, several := map[string]int{}, 0, 0
	for _, x := range r.Results {
		if len(x.Repeated) == 0 {
			continue
		}
		cases++
		if len(x.Repeated) > 1 {
			several++
		}
		for verdict, n := range x.Repeated {
			counts[verdict] += n
		}
	}
	if cases == 0 {
		return ""
	}
	var all []string
	for _, verdict := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, fmt.Sprintf("%d %s", counts[verdict], verdict))
	}
	return fmt.Sprintf("%s judged many times: %s; %s with more than one verdict", plural(cases, "case"), strings.Join(all, ", "), plural(several, "case"))
}

// took returns how long the run took, and what it was restricted to.
func took(run results.Run) string {
	if run.Focus != "" {
		return fmt.Sprintf("(%.1f s, focused on %s)", run.Seconds, line(run.Focus))
	}
	return fmt.Sprintf("(%.1f s)", run.Seconds)
}

// settled reports whether all is as expected. A run in which nothing was judged
// contradicts nothing, and must not read as if it had shown something.
func settled(r results.Results) string {
	var parts []string
	switch n := len(red(r)); n {
	case 0:
	case 1:
		parts = append(parts, "1 result is not as expected")
	default:
		parts = append(parts, fmt.Sprintf("%d results are not as expected", n))
	}
	if n := len(r.Stale); n > 0 {
		parts = append(parts, plural(n, "stale expectation"))
	}
	switch n := r.Count(); {
	case len(parts) > 0:
		return strings.Join(parts, "; ")
	case n[harness.Confirmed]+n[harness.Refuted] == 0:
		return "nothing was judged"
	case n[harness.Refuted] > 0:
		return "all verdicts as expected: no finding is new"
	}
	return "all verdicts as expected"
}

func red(r results.Results) []results.Result {
	var all []results.Result
	for _, x := range r.Results {
		if x.Red() {
			all = append(all, x)
		}
	}
	return all
}

func plural(n int, noun string) string { return fmt.Sprintf("%d %s", n, plurals(n, noun)) }

func plurals(n int, noun string) string {
	if n == 1 {
		return noun
	}
	if stem, y := strings.CutSuffix(noun, "y"); y {
		return stem + "ies"
	}
	return noun + "s"
}
