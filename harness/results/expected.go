package results

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// An Expectation is one known refutation, on a release line or on every one. Fields are matched
// exactly; an Any at the end of a field matches any rest, and alone it matches everything.
type Expectation struct {
	Claim     string `yaml:"claim"`
	Case      string `yaml:"case"`
	Topology  string `yaml:"topology"`
	Client    string `yaml:"client"`
	Port      string `yaml:"port"`
	Saw       string `yaml:"saw"` // name of the outcome
	Reason    string `yaml:"reason"`
	Upstream  string `yaml:"upstream,omitempty"`  // the upstream issue, where there is one
	From      string `yaml:"from,omitempty"`      // release line upgraded from; empty where the claim is about no upgrade
	Sometimes string `yaml:"sometimes,omitempty"` // what decides whether it happens; empty where it always does

	Line string `yaml:"-"` // release line, or EveryLine
	At   string `yaml:"-"` // file and line, for reports
}

// Any is the wildcard that ends an expectation's field.
const Any = "*"

// EveryLine is the Line of what is the same on every release: what a page, a
// script or a client does.
const EveryLine = "any"

// About reports whether a result is of what the expectation is about, whatever
// came of it.
func (x Expectation) About(line string, r Result) bool {
	return x.on(line) && is(x.Claim, r.Claim) && is(x.Case, r.Case) && is(x.Topology, r.Topology) &&
		is(x.Client, string(r.Client)) && is(x.Port, string(r.Port)) && x.from(r)
}

func is(want, got string) bool {
	start, open := strings.CutSuffix(want, Any)
	return want == got || open && strings.HasPrefix(got, start)
}

func (x Expectation) on(line string) bool { return x.Line == EveryLine || x.Line == line }

// from reports whether a result is of an upgrade from the expectation's line.
func (x Expectation) from(r Result) bool {
	return x.From == "" && r.From == "" || x.From != "" && strings.HasPrefix(r.From, x.From+".")
}

func (x Expectation) known() string {
	if x.Sometimes == "" {
		return x.Reason
	}
	return x.Reason + "; not every time: " + x.Sometimes
}

// ApplyKnown sets whether a result is as expected: confirmed, not applicable, or a refutation
// that is known on its release line, whose explanation it adds. A refutation that is known with
// another outcome is unexpected, and is marked as such.
func ApplyKnown(r *Result, line string, known []Expectation) {
	switch r.Verdict {
	case harness.Confirmed, harness.NotApplicable:
		r.Expected = true
	case harness.Refuted:
		var others []string
		for _, x := range known {
			if !x.About(line, *r) {
				continue
			}
			if is(x.Saw, r.Saw) {
				r.Expected, r.Known = true, x.known()
				return
			}
			others = append(others, fmt.Sprintf("%s (%s)", x.Saw, x.At))
		}
		if len(others) > 0 {
			r.Reason += "; this is not the failure that is known, which is " + strings.Join(others, " or ")
		}
	case harness.Unjudged, harness.Inconclusive:
	}
}

// Stale returns the expectations that a run contradicts: those for which every judged case of a
// release line was confirmed, and, in a complete run, those that matched nothing although their
// claim was judged. Expectations that hold only sometimes, and cases that do not apply here
// (without curl, for instance), contradict nothing. lines is the release line of each version.
func Stale(results []Result, known []Expectation, lines map[string]string, whole bool) (stale []string) {
	judged := slices.Compact(slices.Sorted(maps.Values(lines)))
	for _, x := range known {
		if x.Sometimes != "" || x.From != "" && !slices.ContainsFunc(results, x.from) {
			continue
		}
		matched, excused := false, true
		for _, line := range judged {
			if !x.on(line) {
				continue
			}
			n := x.count(results, line, lines)
			matched = matched || n.asked > 0
			excused = excused && n.excused
			if n.open == 0 && n.confirmed > 0 {
				stale = append(stale, x.contradicted(line)+"it was not: "+x.remedy(line))
			}
		}
		if whole && !matched && !excused {
			stale = append(stale, x.contradicted(x.Line)+"no such case was planned")
		}
	}
	return stale
}

// A count sums up the results of one line for an expectation.
type count struct {
	asked, confirmed, open int
	excused                bool // its claim was planned, and none of it applies, or its topology was not planned
}

func (x Expectation) count(results []Result, line string, lines map[string]string) count {
	n := count{}
	claimed, applies, placed := false, false, false
	for _, r := range results {
		if lines[r.Version] != line {
			continue
		}
		placed = placed || is(x.Topology, r.Topology)
		if is(x.Claim, r.Claim) {
			claimed, applies = true, applies || r.Verdict != harness.NotApplicable
		}
		if !x.About(line, r) {
			continue
		}
		n.asked++
		switch r.Verdict {
		case harness.Confirmed:
			if !r.Partial { // the client that it is about may be the one that is not here
				n.confirmed++
			}
		case harness.Refuted, harness.Inconclusive, harness.Unjudged: // as expected, or red in any case
			n.open++
		case harness.NotApplicable:
		}
	}
	n.excused = claimed && !applies || !placed
	return n
}

func (x Expectation) contradicted(line string) string {
	if line == EveryLine {
		line = "every release"
	}
	return fmt.Sprintf("%s: expects %s/%s to be refuted on %s, and ", x.At, x.Claim, x.Case, line)
}

func (x Expectation) remedy(line string) string {
	if x.Line == EveryLine {
		return fmt.Sprintf("move the entry to the files of the other lines if this is fixed on %s", line)
	}
	return "delete the entry if this is fixed"
}
