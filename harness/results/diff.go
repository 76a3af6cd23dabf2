package results

import (
	"fmt"
	"slices"
	"time"

	"milvus-tls-e2e/harness"
)

// DiffSchema is the version of the form that a Diff has as JSON.
const DiffSchema = 1

// A Diff is what changed from one run to another, claim by claim.
type Diff struct {
	Schema int         `json:"schema"`
	Base   Side        `json:"base"`
	New    Side        `json:"new"`
	Across bool        `json:"across"` // one release against another: cases are matched without their version
	Alone  []Alone     `json:"alone"`  // cells that only one of the runs judged; no claim below includes them
	Claims []ClaimDiff `json:"claims"` // the claims of which a case changed, appeared or went
	Stayed int         `json:"stayed"` // cases that both runs have and that came to the same
}

// Side is one of the two runs of a Diff.
type Side struct {
	Revision string    `json:"revision"` // of the harness
	Provider string    `json:"provider"`
	Started  time.Time `json:"started"`
	Focus    string    `json:"focus,omitempty"` // what the run was narrowed to
	Servers  []Judged  `json:"servers"`         // in the order of the results
	Results  int       `json:"results"`         // how many there are
}

// Alone is what only one of two runs judged: a release, in some topologies.
type Alone struct {
	Version    string   `json:"version"`
	Topologies []string `json:"topologies"` // in the order of the results
	New        bool     `json:"new"`        // the new run judged it
	Results    int      `json:"results"`    // how many results it has there
}

// Judged is a server that results came from.
type Judged struct {
	Version       string `json:"version"`
	ServerVersion string `json:"server_version"`
	Digest        string `json:"digest"`
}

// ClaimDiff is what changed of one claim.
type ClaimDiff struct {
	Claim    string           `json:"claim"`
	Severity harness.Severity `json:"severity"`
	Changes  []CaseDiff       `json:"changes"`
}

// CaseDiff is one case that changed. Base is nil for a case that only the new run has, and New
// for one that only the old run has. If the other run skipped the whole claim in that cell, it
// is the result with the reason.
type CaseDiff struct {
	Trend Trend   `json:"trend"`
	Base  *Result `json:"base,omitempty"`
	New   *Result `json:"new,omitempty"`
}

// Trend is the direction of a change.
type Trend string

// The trends, the worst first. The zero value is none of them.
const (
	Worse    Trend = "worse"    // worse than before
	Better   Trend = "better"   // better than before
	Shifted  Trend = "shifted"  // the same verdict on other evidence, or on another question
	Appeared Trend = "appeared" // only the new run judges it
	Gone     Trend = "gone"     // only the old run judged it
)

// Trends lists every trend in the order of reports.
var Trends = []Trend{Worse, Better, Shifted, Appeared, Gone}

// Compare returns what changed from base to next. It is a pure function. Results are matched by
// release, topology, claim and case; if each run has a single and different release, without the
// release. What differs in every run (times, ports, fingerprints of the run's own certificates,
// and the reasons and log lines that contain them) is no change. The only error is a run that
// holds a case twice.
func Compare(base, next Results) (Diff, error) {
	d := Diff{Schema: DiffSchema, Base: sideOf(base), New: sideOf(next), Alone: []Alone{}, Claims: []ClaimDiff{}}
	d.Across = len(d.Base.Servers) > 0 && len(d.New.Servers) > 0 &&
		oneVersion(d.Base) && oneVersion(d.New) && d.Base.Servers[0].Version != d.New.Servers[0].Version
	old, err := indexed(base.Results, d.Across)
	if err != nil {
		return Diff{}, fmt.Errorf("compare with the base: %w", err)
	}
	now, err := indexed(next.Results, d.Across)
	if err != nil {
		return Diff{}, fmt.Errorf("compare the new run: %w", err)
	}
	for i := range next.Results {
		r := &next.Results[i]
		k := keyOf(r, d.Across)
		if d.alone(r, old, true) {
			continue
		}
		if was := old.results[k]; was == nil {
			if r.Verdict != harness.NotApplicable { // otherwise it is not judged, or explains missing cases
				d.add(CaseDiff{Trend: Appeared, Base: old.results[k.whole()], New: r})
			}
		} else if trend := trendOf(was, r); trend != "" {
			d.add(CaseDiff{Trend: trend, Base: was, New: r})
		} else {
			d.Stayed++
		}
	}
	for i := range base.Results {
		r := &base.Results[i]
		k := keyOf(r, d.Across)
		if d.alone(r, now, false) {
			continue
		}
		if now.results[k] == nil && r.Verdict != harness.NotApplicable {
			d.add(CaseDiff{Trend: Gone, Base: r, New: now.results[k.whole()]})
		}
	}
	return d, nil
}

// Changed reports whether anything is not as it was.
func (d Diff) Changed() bool { return len(d.Claims)+len(d.Alone) > 0 }

// Count returns how many cases went each way.
func (d Diff) Count() map[Trend]int {
	n := map[Trend]int{}
	for _, c := range d.Claims {
		for _, x := range c.Changes {
			n[x.Trend]++
		}
	}
	return n
}

// alone reports whether the other run did not judge the result's cell, and counts it then.
func (d *Diff) alone(r *Result, other index, isNew bool) bool {
	if other.cells[keyOf(r, d.Across).cell()] {
		return false
	}
	i := slices.IndexFunc(d.Alone, func(a Alone) bool { return a.Version == r.Version && a.New == isNew })
	if i < 0 {
		i = len(d.Alone)
		d.Alone = append(d.Alone, Alone{Version: r.Version, New: isNew})
	}
	if !slices.Contains(d.Alone[i].Topologies, r.Topology) {
		d.Alone[i].Topologies = append(d.Alone[i].Topologies, r.Topology)
	}
	d.Alone[i].Results++
	return true
}

func (d *Diff) add(x CaseDiff) {
	r := x.New
	if x.Trend == Gone {
		r = x.Base
	}
	i := slices.IndexFunc(d.Claims, func(c ClaimDiff) bool { return c.Claim == r.Claim })
	if i < 0 {
		i = len(d.Claims)
		d.Claims = append(d.Claims, ClaimDiff{Claim: r.Claim, Severity: r.Severity})
	}
	d.Claims[i].Severity = max(d.Claims[i].Severity, r.Severity)
	d.Claims[i].Changes = append(d.Claims[i].Changes, x)
}

func sideOf(r Results) Side {
	s := Side{
		Revision: r.Run.Revision, Provider: r.Run.Provider, Started: r.Run.Started, Focus: r.Run.Focus,
		Servers: []Judged{}, Results: len(r.Results),
	}
	for _, x := range r.Results {
		if j := (Judged{x.Version, x.ServerVersion, x.Digest}); !slices.Contains(s.Servers, j) {
			s.Servers = append(s.Servers, j)
		}
	}
	return s
}

func oneVersion(s Side) bool {
	return !slices.ContainsFunc(s.Servers, func(j Judged) bool { return j.Version != s.Servers[0].Version })
}
