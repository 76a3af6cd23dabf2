package harness

import (
	"fmt"
	"slices"
	"strings"
)

// An Expectation is one refutation that is known on a release line. Every
// field is matched exactly; Any in a field matches all.
type Expectation struct {
	Claim    string `yaml:"claim"`
	Case     string `yaml:"case"`
	Topology string `yaml:"topology"`
	Client   string `yaml:"client"`
	Port     string `yaml:"port"`
	Reason   string `yaml:"reason"`
	Upstream string `yaml:"upstream,omitempty"` // the upstream issue, where there is one
	From     string `yaml:"from,omitempty"`     // release line upgraded from; empty where the claim is about no upgrade

	Line string `yaml:"-"` // release line
	At   string `yaml:"-"` // file and line, for reports
}

// Any is the wildcard of an expectation's fields.
const Any = "*"

func (x Expectation) matches(line string, r Result) bool {
	is := func(want, got string) bool { return want == Any || want == got }
	return x.Line == line && is(x.Claim, r.Claim) && is(x.Case, r.Case) && is(x.Topology, r.Topology) &&
		is(x.Client, string(r.Client)) && is(x.Port, string(r.Port)) && x.from(r)
}

// from tells whether a result is of an upgrade from the expectation's line.
func (x Expectation) from(r Result) bool {
	return x.From == "" && r.From == "" || x.From != "" && strings.HasPrefix(r.From, x.From+".")
}

// Recognise tells whether a result is as expected: confirmed, not applicable,
// or a refutation that is known on its release line, which it then explains.
func Recognise(r *Result, line string, known []Expectation) {
	switch r.Verdict {
	case Confirmed, NotApplicable:
		r.Expected = true
	case Refuted:
		for _, x := range known {
			if x.matches(line, *r) {
				r.Expected, r.Known = true, x.Reason
				return
			}
		}
	case Unjudged, Inconclusive:
	}
}

// Stale gives the expectations that a run contradicts: those of which every
// judged case was confirmed, and, in a run that left nothing out,
// those that matched nothing at all. Cases that do not apply here (for want of
// curl, say) contradict nothing. lines gives the release line of each version.
func Stale(results []Result, known []Expectation, lines map[string]string, whole bool) (stale []string) {
	judgedLines := map[string]bool{}
	for _, line := range lines {
		judgedLines[line] = true
	}
	for _, x := range known {
		if !judgedLines[x.Line] || x.From != "" && !slices.ContainsFunc(results, x.from) {
			continue
		}
		matched, confirmed, open := 0, 0, 0
		for _, r := range results {
			if !x.matches(lines[r.Version], r) {
				continue
			}
			matched++
			switch r.Verdict {
			case Confirmed:
				if !r.Partial { // the client that it is about may be the one that is not here
					confirmed++
				}
			case Refuted, Inconclusive, Unjudged: // as expected, or red by itself
				open++
			case NotApplicable:
			}
		}
		expects := fmt.Sprintf("%s: expects %s/%s to be refuted on %s, and ", x.At, x.Claim, x.Case, x.Line)
		switch {
		case open > 0:
		case confirmed > 0:
			stale = append(stale, expects+"it was not: delete the entry if this is fixed")
		case matched == 0 && whole:
			stale = append(stale, expects+"no such case was planned")
		}
	}
	return stale
}
