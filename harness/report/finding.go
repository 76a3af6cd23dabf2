package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// finding is the consequence of a refuted claim for a user, listed once with every release,
// topology and client that showed it.
type finding struct {
	Severity    harness.Severity
	Claim       string
	Text        string // what is so
	Statement   string // what is claimed
	Remediation string
	On          []findingOn // by release, in the order of reports
	Topologies  []string
	Clients     []harness.Client
	Differ      []harness.Differ // the clients that fared otherwise than most, by how
	First       results.Result   // the one that is shown: the first that is new, else the first
	New, Count  int              // unexpected refutations, and all of them
	Known       string           // why refutations are expected, for those that are
}

type findingOn struct {
	Version    string
	Topologies []string
	First      results.Result
	New, Count int
}

var severityMeans = map[harness.Severity]string{
	harness.SeverityCritical: "data or credentials are exposed",
	harness.SeverityHigh:     "something fails, and nothing shows it",
	harness.SeverityMedium:   "something fails, visibly",
	harness.SeverityLow:      "a nuisance, or a page that misleads",
}

var severities = []harness.Severity{harness.SeverityCritical, harness.SeverityHigh, harness.SeverityMedium, harness.SeverityLow}

var severityLegend = func() string {
	var parts []string
	for _, s := range severities {
		parts = append(parts, s.String()+": "+severityMeans[s])
	}
	return "Severity: " + strings.Join(parts, "; ") + "."
}()

// knownMeans explains known findings, and pagesAre is the address of the pages.
const (
	knownMeans = "Known: listed with its reason in fixtures/expected, so it does not fail the run."
	pagesAre   = "The pages: milvus.io/docs/v2.5.x/tls.md, and the same page of other releases."
)

func legend(found []finding) []string {
	var all []string
	if slices.ContainsFunc(found, func(f finding) bool { return f.New < f.Count }) {
		all = append(all, knownMeans)
	}
	if slices.ContainsFunc(found, func(f finding) bool { return strings.Contains(f.Text, " page") }) {
		all = append(all, pagesAre)
	}
	return all
}

// findings gathers the refuted results, worst first, then in the order of claims.
func (o overview) findings() []finding {
	var all []finding
	for _, c := range o.claims {
		all = append(all, o.findingsOf(c)...)
	}
	slices.SortStableFunc(all, func(a, b finding) int { return int(b.Severity) - int(a.Severity) })
	return all
}

// findingsOf returns a claim's findings: most have one, and cases that differ have their own.
func (o overview) findingsOf(c harness.Claim) []finding {
	var all []finding
	for _, version := range o.versions {
		for _, topology := range o.topologies {
			for _, r := range o.square(version, topology, c.ID).results {
				if r.Verdict != harness.Refuted {
					continue
				}
				text := textOf(c, r)
				i := slices.IndexFunc(all, func(f finding) bool { return f.Text == text })
				if i < 0 {
					i = len(all)
					all = append(all, finding{Claim: c.ID, Text: text, Statement: c.Statement, Remediation: cmp.Or(r.Remediation, c.Remediation)})
				}
				all[i].add(r)
			}
		}
	}
	for i := range all {
		all[i].Text = all[i].textWithClients()
	}
	return all
}

// textOf returns the finding of a refuted result of one of the claims.
func (o overview) textOf(r results.Result) string {
	for _, c := range o.claims {
		if c.ID == r.Claim {
			return textOf(c, r)
		}
	}
	return r.Finding
}

// textOf returns the finding of a refuted result, or the one recorded in its file.
func textOf(c harness.Claim, r results.Result) string {
	if r.Finding != "" {
		return r.Finding
	}
	i := slices.IndexFunc(c.Cases, func(one harness.Case) bool { return one.Name == r.Case })
	var one harness.Case
	if i >= 0 {
		one = c.Cases[i]
	}
	var saw harness.Outcome
	_ = saw.UnmarshalText([]byte(r.Saw)) // a name that is none stays the zero outcome
	return cmp.Or(c.FindingOf(one, saw), "This does not hold: "+cmp.Or(c.Statement, r.Statement, c.ID))
}

func (f *finding) add(r results.Result) {
	if f.Count == 0 || f.New == 0 && !r.Expected {
		f.First = r
	}
	f.Count++
	f.Severity = max(f.Severity, r.Severity)
	f.Topologies = with(f.Topologies, r.Topology)
	if r.Evidence != nil {
		f.differs(r.Evidence.Differ)
	}
	if r.Client != "" {
		f.Clients = with(f.Clients, r.Client)
	}
	i := slices.IndexFunc(f.On, func(on findingOn) bool { return on.Version == r.Version })
	if i < 0 {
		i = len(f.On)
		f.On = append(f.On, findingOn{Version: r.Version})
	}
	on := &f.On[i]
	if on.Count == 0 || on.New == 0 && !r.Expected {
		on.First = r
	}
	on.Count++
	on.Topologies = with(on.Topologies, r.Topology)
	switch {
	case !r.Expected:
		f.New++
		on.New++
	case r.Known != "" && !strings.Contains(f.Known, r.Known):
		f.Known = strings.TrimPrefix(f.Known+"; "+r.Known, "; ")
	}
}

// with adds what is not there yet.
func with[T comparable](all []T, one T) []T {
	if slices.Contains(all, one) {
		return all
	}
	return append(all, one)
}

// differs adds the clients that fared otherwise than most in one result.
func (f *finding) differs(d *harness.Differ) {
	if d == nil {
		return
	}
	i := slices.IndexFunc(f.Differ, func(have harness.Differ) bool { return have.How == d.How })
	if i < 0 {
		i = len(f.Differ)
		f.Differ = append(f.Differ, harness.Differ{How: d.How})
	}
	for _, name := range d.Clients {
		f.Differ[i].Clients = with(f.Differ[i].Clients, name)
	}
}

// textWithClients is the finding's text, with the clients it is about where they differ.
func (f finding) textWithClients() string {
	var who []string
	for _, d := range f.Differ {
		who = append(who, d.How+": "+strings.Join(d.Clients, ", "))
	}
	if len(who) == 0 {
		return f.Text
	}
	return strings.TrimSuffix(f.Text, ".") + " (" + strings.Join(who, "; ") + ")."
}

// Releases names the releases that showed the finding.
func (f finding) Releases() string {
	var names []string
	for _, on := range f.On {
		names = append(names, on.Version)
	}
	return strings.Join(names, ", ")
}

// Where lists the topologies and clients that showed the finding.
func (f finding) Where() string {
	where := "in " + listOrCount(f.Topologies, "topologies")
	if len(f.Clients) > 0 {
		where += ", by " + listOrCount(f.Clients, "clients")
	}
	return where
}

// listOrCount lists up to four names, and gives the number of more.
func listOrCount[T ~string](names []T, kind string) string {
	if len(names) > 4 {
		return fmt.Sprintf("%d %s", len(names), kind)
	}
	var all []string
	for _, n := range names {
		all = append(all, string(n))
	}
	return strings.Join(all, ", ")
}

// Observed describes what was observed, and how often.
func (f finding) Observed() string {
	s := fmt.Sprintf("%s in %s: %s", f.First.Case, f.First.Topology, f.First.Explained())
	if n := f.Count - 1; n > 0 {
		s += "; and " + plural(n, "further case")
	}
	return s
}

// Status reports whether the finding is news.
func (f finding) Status() string {
	switch f.New {
	case 0:
		return "known"
	case f.Count:
		return "NEW"
	}
	var news []string
	for _, on := range f.On {
		if on.New == on.Count {
			news = append(news, on.Version)
		} else if on.New > 0 {
			return fmt.Sprintf("NEW in %d of %d cases", f.New, f.Count)
		}
	}
	return "NEW on " + strings.Join(news, ", ")
}
