package report

import (
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// overview is what the drawn reports have in common: what there is to show, in
// the order in which they show it.
type overview struct {
	results    results.Results
	all        []harness.Claim // every claim that is known
	claims     []harness.Claim // those with a result, as given; then those that only results know
	silent     []string        // claims without any result
	versions   []string        // in the order of the results, which is the plan's
	topologies []string        // likewise, over all versions
	squares    map[place]*matrixCell
}

// place is a square's position: one claim in one cell.
type place struct {
	cell  harness.Cell
	claim string
}

func survey(r results.Results, claims []harness.Claim) overview {
	o := overview{results: r, all: claims, squares: map[place]*matrixCell{}}
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
			o.squares[at] = &matrixCell{}
		}
		o.squares[at].add(x)
	}
	byGroup(o.topologies)
	for _, c := range known {
		if seen[c.ID] {
			o.claims = append(o.claims, c)
		} else {
			o.silent = append(o.silent, c.ID)
		}
	}
	return o
}

// square returns a claim's status in a cell; the empty square where it has no result there.
func (o overview) square(version, topology, claim string) *matrixCell {
	if s := o.squares[place{harness.Cell{Version: version, Topology: topology}, claim}]; s != nil {
		return s
	}
	return &matrixCell{}
}

// columns returns the topologies in which a version was asked something.
func (o overview) columns(version string) []string { return o.topologiesBy(version, true) }

// idle returns those in which nothing is applicable to a version.
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

// askedOn reports whether a release was asked a claim in any topology.
func (o overview) askedOn(version, claim string) bool {
	return slices.ContainsFunc(o.topologies, func(t string) bool { return o.square(version, t, claim).worst() > notApplicable })
}

// askedIn reports whether any release was asked anything in a topology.
func (o overview) askedIn(topology string) bool {
	for at, s := range o.squares {
		if at.cell.Topology == topology && s.worst() > notApplicable {
			return true
		}
	}
	return false
}

// status is a claim's status in a cell, from best to worst: a square shows the worst of its
// results.
type status int

const (
	absent        status = iota // no result at all
	notApplicable               // asked nowhere here
	confirmed
	refutedKnown // refuted, as expected
	refutedNew   // an unexpected refutation
	inconclusive
	unjudged
	statusEnd
)

// The marks distinguish the statuses without colour. A run with a mark from refutedNew on is
// red.
var marks = [statusEnd]string{absent: "", notApplicable: "·", confirmed: "✓", refutedKnown: "✗", refutedNew: "✗!", inconclusive: "?", unjudged: "-!"}

var statusWords = [statusEnd]string{absent: "no result", notApplicable: "not applicable", confirmed: "confirmed",
	refutedKnown: "refuted, known", refutedNew: "refuted, NEW", inconclusive: "inconclusive", unjudged: "unjudged"}

func statusOf(r results.Result) status {
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

type matrixCell struct {
	results []results.Result
	counts  [statusEnd]int
}

func (s *matrixCell) add(r results.Result) {
	s.results = append(s.results, r)
	s.counts[statusOf(r)]++
}

func (s *matrixCell) worst() status {
	for st := statusEnd - 1; st > absent; st-- {
		if s.counts[st] > 0 {
			return st
		}
	}
	return absent
}

// asked is how many cases apply here.
func (s *matrixCell) asked() int { return len(s.results) - s.counts[notApplicable] }

// short returns the worst status's mark and how many cases have it: "✗2".
func (s *matrixCell) short() string {
	w := s.worst()
	if w <= notApplicable {
		return marks[w]
	}
	return fmt.Sprintf("%s%d", marks[w], s.counts[w])
}

// full returns also how many cases were asked, unless all is well: "✗2/12".
func (s *matrixCell) full() string {
	if s.worst() <= confirmed {
		return s.short()
	}
	return fmt.Sprintf("%s/%d", s.short(), s.asked())
}

func (s *matrixCell) words() string {
	w := s.worst()
	if w <= notApplicable {
		return statusWords[w]
	}
	return fmt.Sprintf("%s: %d of %d", statusWords[w], s.counts[w], s.asked())
}

func (s status) kind() string {
	return [statusEnd]string{"absent", "not-applicable", "confirmed", "refuted-known", "refuted", "inconclusive", "unjudged"}[s]
}
