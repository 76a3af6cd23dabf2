// Package run carries a plan out: it boots the cells side by side,
// observes their cases concurrently, has every observation judged, and hands
// out each result as soon as it stands. It makes no verdict of its own.
//
// An upgrade is carried out in here (upgrade*.go) and in no package of its own. Its runner
// is two cells at once: it starts the one's server, hands it over to the other's, and reads
// and fills both by the clients, the queue of starts, the watch over servers and the shared
// checks of any cell. It uses some fifty methods and fields of cells and of the scheduler, so
// an interface between the two would be the cell once more.
package run

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/dataset"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/results"
)

// Scheduler is one run of a plan.
type Scheduler struct {
	Config
	files        ClientFiles
	recipeRunner *pki.RecipeRunner
	index        map[harness.Cell][]int // entries of the plan by cell
	results      []results.Result
	done         []chan struct{}
	boots        chan struct{} // held by each server that boots
	aside        chan struct{} // in an upgrade, also held by servers that boot in addition to the successive ones

	engines  engines
	attempts chan struct{} // held by each attempt while it is made
	foreign  chan struct{} // held by those of clients in other processes than this one

	baselines plaintextBaselines
	took      sync.Map // seconds by cell
}

// New prepares a run: certificates are written and every entry has its place.
func New(c Config) (*Scheduler, error) {
	atOnce := attemptsAtOnce()
	if c.Pace != nil {
		atOnce = 1
	}
	if c.Users == (probe.Credentials{}) {
		c.Users = rootUser
	}
	files := c.Files
	if files == nil {
		written, err := c.CertSet.Write(filepath.Join(c.Dir, "certs"))
		if err != nil {
			return nil, fmt.Errorf("write certificates: %w", err)
		}
		files = written
	}
	if c.Data == nil {
		c.Data = dataset.Standard
	}
	if c.Probes == nil {
		c.Probes = probe.All
	}
	s := &Scheduler{
		Config: c, files: files, recipeRunner: pki.NewRecipeRunner(filepath.Join(c.Dir, "recipes"), c.Recipes), index: map[harness.Cell][]int{},
		results: make([]results.Result, len(c.Plan.Cases)), done: make([]chan struct{}, len(c.Plan.Cases)),
		boots: make(chan struct{}, max(1, c.Boots)), aside: make(chan struct{}, max(1, c.Boots-1)), attempts: make(chan struct{}, atOnce),
		foreign: make(chan struct{}, atOnce), engines: engines{absent: map[string]string{}},
	}
	for i, p := range c.Plan.Cases {
		s.results[i] = s.blank(p)
		s.done[i] = make(chan struct{})
		s.index[p.Cell] = append(s.index[p.Cell], i)
	}
	return s, nil
}

// blank is the result of an unjudged entry.
func (s *Scheduler) blank(p plan.Planned) results.Result {
	server, claim := s.server(p.Cell.Version), s.claim(p.Claim)
	r := results.Result{
		Claim: p.Claim, Case: p.Case, Topology: p.Cell.Topology, Version: p.Cell.Version,
		ServerVersion: server.ServerVersion, Digest: server.Digest, Provider: server.Provider,
		Client: p.Client, Port: p.Port, Identity: p.Identity, Severity: claim.Severity, Attempt: p.Attempt,
		Statement: claim.Statement, Remediation: claim.Remediation, Reason: "it was not judged",
		Partial: p.Partial,
	}
	if s.Plan.Upgrade != nil && slices.Contains(claim.Needs, harness.Upgraded) {
		r.From = s.Plan.Upgrade.From
	}
	if p.Want.Valid() {
		r.Want = p.Want.String()
	}
	if s.Reproduce != nil {
		r.Reproduce = s.Reproduce(p)
	}
	return r
}

func (s *Scheduler) server(version string) harness.Server {
	for _, x := range s.Plan.Servers {
		if x.Version == version {
			return x
		}
	}
	return harness.Server{}
}

func (s *Scheduler) claim(id string) harness.Claim {
	for _, c := range s.Claims {
		if c.ID == id {
			return c
		}
	}
	return harness.Claim{}
}

func (s *Scheduler) topology(name string) harness.Topology {
	for _, t := range s.Topologies {
		if t.Name == name {
			return t
		}
	}
	return harness.Topology{}
}

// Run carries the plan out and returns when every selected entry is judged, or
// when ctx ends: what is not judged by then stays unjudged.
func (s *Scheduler) Run(ctx context.Context) {
	var cells []harness.Cell
	left := map[harness.Cell]int{}
	for _, c := range s.Plan.Cells {
		if left[c] = s.settleWithout(c); left[c] > 0 {
			cells = append(cells, c)
		}
	}
	s.longestFirst(cells, left)
	for _, c := range cells {
		if id := s.topology(c.Topology).Recipe; id != "" {
			s.recipeRunner.Start(ctx, id) // they take a second or two, and so do the first boots
		}
	}
	run := s.runCell
	if s.Plan.Upgrade != nil {
		cells, run = s.upgrades(cells), s.runUpgrade
	}
	s.baselines.run = ctx
	var work sync.WaitGroup
	if s.Plan.Upgrade == nil { // which has its time for them
		for _, plain := range s.compared(cells) {
			work.Go(func() { s.plaintextBaseline(plain, "") })
		}
	}
	places, clusters := make(chan struct{}, max(1, s.Cells)), make(chan struct{}, clustersAtOnce)
	for _, c := range cells {
		places <- struct{}{}
		cluster := s.topology(c.Topology).Cluster
		if cluster {
			clusters <- struct{}{}
		}
		s.boots <- struct{}{} // taken here, so that cells boot in their order
		work.Go(func() {
			defer func() { <-places }()
			begin := time.Now()
			run(ctx, c)
			if cluster {
				<-clusters
			}
			if ctx.Err() == nil {
				s.took.Store(c, time.Since(begin).Seconds())
			}
		})
	}
	work.Wait()
	s.endPlains()
}

// longestFirst orders cells so that what takes longest is not left to run alone at the
// end: by what each took in an earlier run, where that is known. Else starts that are
// given a time to fail in go first, then releases that boot slowly, then cells with much
// left to judge.
func (s *Scheduler) longestFirst(cells []harness.Cell, left map[harness.Cell]int) {
	slices.SortStableFunc(cells, func(a, b harness.Cell) int {
		return cmp.Or(cmp.Compare(s.Took[b], s.Took[a]), cmp.Compare(s.within(b), s.within(a)),
			cmp.Compare(s.server(b.Version).Boots, s.server(a.Version).Boots), left[b]-left[a])
	})
}

// Durations returns how many seconds each cell took that was carried out to its end, for
// the Took of a later run. Call it when Run has returned.
func (s *Scheduler) Durations() map[harness.Cell]float64 {
	all := map[harness.Cell]float64{}
	s.took.Range(func(cell, seconds any) bool {
		all[cell.(harness.Cell)] = seconds.(float64)
		return true
	})
	return all
}

// within is the longest time in seconds that a start in the cell is given to
// fail in; 0 where none is.
func (s *Scheduler) within(c harness.Cell) (longest float64) {
	for _, i := range s.index[c] {
		if s.waits(i) {
			longest = max(longest, traitsOf(s.caseOf(i).Check, s.topology(c.Topology)).Within)
		}
	}
	return longest
}

// waits reports whether an entry is still to be judged.
func (s *Scheduler) waits(i int) bool {
	select {
	case <-s.done[i]:
		return false
	default:
		return true
	}
}

// caseOf returns the case of an entry; its Check is nil where the claim has none
// of that name.
func (s *Scheduler) caseOf(i int) harness.Case {
	planned := s.Plan.Cases[i]
	for _, one := range s.claim(planned.Claim).Cases {
		if one.Name == planned.Case {
			return one
		}
	}
	return harness.Case{}
}

// settleWithout settles the entries that need no server, and gives how many
// are left.
func (s *Scheduler) settleWithout(c harness.Cell) (left int) {
	for _, i := range s.index[c] {
		switch p := s.Plan.Cases[i]; {
		case s.Selected != nil && !s.Selected(i):
			close(s.done[i])
		case p.Reason != "":
			s.results[i].Verdict, s.results[i].Reason = harness.NotApplicable, p.Reason
			results.ApplyKnown(&s.results[i], "", nil)
			close(s.done[i])
		default:
			left++
		}
	}
	return left
}

// Wait returns the result of an entry once it is final, or as it is when ctx ends.
func (s *Scheduler) Wait(ctx context.Context, i int) results.Result {
	select {
	case <-s.done[i]:
		return s.results[i]
	case <-ctx.Done():
		return s.blank(s.Plan.Cases[i])
	}
}

// Results returns the results of the selected entries, in the plan's order. Call
// it when Run has returned.
func (s *Scheduler) Results() []results.Result {
	var all []results.Result
	for i, r := range s.results {
		if s.Selected == nil || s.Selected(i) {
			all = append(all, r)
		}
	}
	return all
}

func (s *Scheduler) report(e Event) {
	if s.Progress != nil {
		s.Progress(e)
	}
}
