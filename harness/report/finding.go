package report

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// finding is a refuted claim as a user reads it: one claim on one release, in
// every topology that showed it.
type finding struct {
	Severity    harness.Severity
	Version     string
	Claim       string
	Statement   string
	Topologies  []string
	First       harness.Result // the one that is shown: the first that is new, else the first
	New         int            // how many of the refutations nobody expected
	Count       int            // how many refutations there are
	Known       string         // why refutations are expected, for those that are
	Remediation string
}

// harmLegend says what the severities mean, once for all findings.
const severityLegend = "Severity: critical, data or credentials are exposed; high, it fails silently; medium, it fails visibly; low, a nuisance."

// findings gathers the refuted results, worst first, then in the order
// of claims, then of versions.
func (o overview) findings() []finding {
	var all []finding
	for _, c := range o.claims {
		for _, version := range o.versions {
			if f, ok := o.finding(c, version); ok {
				all = append(all, f)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b finding) int { return int(b.Severity) - int(a.Severity) })
	return all
}

func (o overview) finding(c harness.Claim, version string) (finding, bool) {
	f := finding{Severity: c.Severity, Version: version, Claim: c.ID, Statement: c.Statement, Remediation: c.Remediation}
	var known []string
	for _, topology := range o.topologies {
		for _, r := range o.square(version, topology, c.ID).results {
			if r.Verdict != harness.Refuted {
				continue
			}
			if f.Count == 0 || f.New == 0 && !r.Expected {
				f.First = r
			}
			f.Count++
			f.Severity = max(f.Severity, r.Severity)
			if !slices.Contains(f.Topologies, topology) {
				f.Topologies = append(f.Topologies, topology)
			}
			if !r.Expected {
				f.New++
			} else if r.Known != "" && !slices.Contains(known, r.Known) {
				known = append(known, r.Known)
			}
		}
	}
	f.Known = strings.Join(known, "; ")
	return f, f.Count > 0
}

// Seen says in one sentence what was seen, and how often besides.
func (f finding) Seen() string {
	s := fmt.Sprintf("%s in %s: %s", f.First.Case, f.First.Topology, f.First.Explained())
	switch n := f.Count - 1; n {
	case 0:
		return s
	case 1:
		return s + "; and 1 further case"
	default:
		return fmt.Sprintf("%s; and %d further cases", s, n)
	}
}

// elsewhere names the topologies besides the one that Seen names, or counts
// them where they are many: the matrix shows which.
func (f finding) elsewhere() string {
	others := slices.DeleteFunc(slices.Clone(f.Topologies), func(t string) bool { return t == f.First.Topology })
	switch n := len(others); {
	case n == 0:
		return ""
	case n > 3:
		return fmt.Sprintf(" (also in %d other topologies)", n)
	}
	return " (also in " + strings.Join(others, ", ") + ")"
}

// Status tells whether the finding is news.
func (f finding) Status() string {
	switch f.New {
	case 0:
		return "known"
	case f.Count:
		return "NEW"
	}
	return fmt.Sprintf("NEW in %d of %d cases", f.New, f.Count)
}
