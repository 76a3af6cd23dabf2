package report

import (
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
)

// overview is what the drawn reports have in common: what there is to show, in
// the order in which they show it.
type overview struct {
	results    harness.Results
	claims     []harness.Claim // those with a result, as given; then those that only results know
	silent     []string        // claims without any result
	versions   []string        // in the order of the results, which is the plan's
	topologies []string        // likewise, over all versions
	squares    map[place]*square
}

// place is a square's position: one claim in one cell.
type place struct {
	cell  harness.Cell
	claim string
}

// survey makes the overview of results.
func survey(r harness.Results, claims []harness.Claim) overview {
	o := overview{results: r, squares: map[place]*square{}}
	known := slices.Clone(claims)
	seen := map[string]bool{}
	for _, x := range r.Results {
		if !slices.Contains(o.versions, x.Version) {
			o.versions = append(o.versions, x.Version)
		}
		if !slices.Contains(o.topologies, x.Topology) {
			o.topologies = append(o.topologies, x.Topology)
		}
		if !slices.ContainsFunc(known, func(c harness.Claim) bool { return c.ID == x.Claim }) {
			known = append(known, harness.Claim{ID: x.Claim, Statement: x.Statement, Severity: x.Severity, Remediation: x.Remediation})
		}
		seen[x.Claim] = true
		at := place{x.Cell(), x.Claim}
		if o.squares[at] == nil {
			o.squares[at] = &square{}
		}
		o.squares[at].add(x)
	}
	for _, c := range known {
		if seen[c.ID] {
			o.claims = append(o.claims, c)
		} else {
			o.silent = append(o.silent, c.ID)
		}
	}
	return o
}

// square gives how a claim stands in a cell; the empty square where the claim
// has no result there.
func (o overview) square(version, topology, claim string) *square {
	if s := o.squares[place{harness.Cell{Version: version, Topology: topology}, claim}]; s != nil {
		return s
	}
	return &square{}
}

// columns gives the topologies in which a version was asked something.
func (o overview) columns(version string) []string { return o.topologiesBy(version, true) }

// idle gives those in which nothing is applicable to a version.
func (o overview) idle(version string) []string { return o.topologiesBy(version, false) }

func (o overview) topologiesBy(version string, asked bool) (names []string) {
	for _, t := range o.topologies {
		worst := absent
		for _, c := range o.claims {
			worst = max(worst, o.square(version, t, c.ID).worst())
		}
		if worst > absent && (worst > notApplicable) == asked {
			names = append(names, t)
		}
	}
	return names
}

// standing is how a claim stands in a cell, in the order of badness: a square
// shows the worst of its results.
type standing int

const (
	absent        standing = iota // no result at all
	notApplicable                 // asked nowhere here
	confirmed
	refutedKnown // refuted, as expected
	refutedNew   // refuted, and nobody expected it
	inconclusive
	unjudged
	standingEnd
)

// The marks tell the standings apart without colour; marks that end a run in
// red are those from refutedNew on.
var marks = [standingEnd]string{absent: "", notApplicable: "·", confirmed: "✓", refutedKnown: "✗", refutedNew: "✗!", inconclusive: "?", unjudged: "-!"}

var standingWords = [standingEnd]string{absent: "no result", notApplicable: "not applicable", confirmed: "confirmed",
	refutedKnown: "refuted, known", refutedNew: "refuted, NEW", inconclusive: "inconclusive", unjudged: "unjudged"}

func standingOf(r harness.Result) standing {
	switch r.Verdict {
	case harness.Confirmed:
		return confirmed
	case harness.Refuted:
		if r.Expected {
			return refutedKnown
		}
		return refutedNew
	case harness.Inconclusive:
		return inconclusive
	case harness.NotApplicable:
		return notApplicable
	case harness.Unjudged:
	}
	return unjudged
}

// square is one claim in one cell: its results, and how they stand.
type square struct {
	results []harness.Result
	counts  [standingEnd]int
}

func (s *square) add(r harness.Result) {
	s.results = append(s.results, r)
	s.counts[standingOf(r)]++
}

func (s *square) worst() standing {
	for st := standingEnd - 1; st > absent; st-- {
		if s.counts[st] > 0 {
			return st
		}
	}
	return absent
}

// asked is how many cases apply here.
func (s *square) asked() int { return len(s.results) - s.counts[notApplicable] }

// short gives the worst standing's mark and how many cases stand so: "✗2".
func (s *square) short() string {
	w := s.worst()
	if w <= notApplicable {
		return marks[w]
	}
	return fmt.Sprintf("%s%d", marks[w], s.counts[w])
}

// full gives also how many cases were asked, unless all is well: "✗2/12".
func (s *square) full() string {
	if s.worst() <= confirmed {
		return s.short()
	}
	return fmt.Sprintf("%s/%d", s.short(), s.asked())
}

// words says in words what full says in marks.
func (s *square) words() string {
	w := s.worst()
	if w <= notApplicable {
		return standingWords[w]
	}
	return fmt.Sprintf("%s: %d of %d", standingWords[w], s.counts[w], s.asked())
}

// kind is the standing's word for programs: in JUnit's types and in HTML's classes.
func (s standing) kind() string {
	return [standingEnd]string{"absent", "not-applicable", "confirmed", "refuted-known", "refuted", "inconclusive", "unjudged"}[s]
}
