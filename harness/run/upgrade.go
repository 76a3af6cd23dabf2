package run

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/dataset"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/harness/traffic"
)

// A upgradeRun is one topology on its way from one release to another: the old
// server is judged and filled, stopped as an operator stops it, and the new one
// is started in its place, while clients go on asking throughout.
type upgradeRun struct {
	*plan.Upgrade
	old, next *cell
	trail     []deploy.Deployment // every server of the place, in the order in which they ran

	user    user
	before  dataset.Reading
	after   dataset.Reading
	traffic *traffic.Traffic // clients that everybody may serve

	intruders *traffic.Traffic // clients that nobody may
	surveyed  chan struct{}    // closed when it is known what the old server serves
	settled   chan struct{}    // closed when the new server takes new collections too, or never will
	settling  float64          // seconds that this took after it had loaded the old ones
	moments   traffic.Moments
	halt      harness.Shutdown
	said      string // what a search was answered while the new server was loading
	gaps      []connection.Outage
	steps     []rolling.Step // of a rolling upgrade, component by component
	took      float64        // seconds in all, besides the operator's patience and the new server's loading
	logins    observed
	back      observed // the old release again, after the new one ran

	skip string // why nothing can be asked of the upgrade here
	err  error  // why nothing was seen of it
	read error  // why the data could not be read from the new server
}

// upgrades returns the cell of each topology's new release, where either of its
// two cells has something to judge.
func (s *Scheduler) upgrades(cells []harness.Cell) []harness.Cell {
	var all []harness.Cell
	for _, c := range cells {
		c.Version = s.Plan.Upgrade.To
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// runUpgrade takes one topology from the old release to the new one.
func (s *Scheduler) runUpgrade(ctx context.Context, to harness.Cell) {
	from := harness.Cell{Version: s.Plan.Upgrade.From, Topology: to.Topology}
	p := &upgradeRun{
		Upgrade: s.Plan.Upgrade, old: s.newCell(from), next: s.newCell(to),
		surveyed: make(chan struct{}), settled: make(chan struct{}),
	}
	p.next.upgrade = p
	p.next.recorder = p.old.recorder // the new server goes the same ways
	for _, c := range []*cell{p.old, p.next} {
		c.certs, c.files, c.failed = c.certificates(ctx)
		if c.features[harness.NoVectorEngine] {
			c.report(Event{Cell: c.name, What: c.noEngine()})
		}
	}
	var aside sync.WaitGroup
	p.next.startSome(ctx, &aside, stopsAnother) // which take longest
	p.beforehand(ctx)
	p.startAside(ctx, &aside)
	p.switchOver(ctx)
	p.afterwards(ctx, &aside)
	p.took = time.Since(p.old.begun).Seconds() - p.halt.Seconds - p.transition().Loading
	p.end()
	s.report(Event{Cell: to, What: p.closing()})
	p.next.reportJudged()
}

// beforehand starts the old server, judges it, and fills it.
func (p *upgradeRun) beforehand(ctx context.Context) {
	old := p.old
	old.report(Event{Cell: old.name, What: "booting"})
	l := old.launch(old.name.String(), old.topology, start.Check{})
	old.deployed, old.boot, old.failed = old.start(ctx, l)
	old.report(Event{Cell: old.name, What: old.startSummary(), Seconds: time.Since(old.begun).Seconds()})
	p.keep(old.deployed)
	living, end := context.WithCancelCause(ctx)
	defer end(nil)
	old.alive.Store(old.watch(living, end, old.deployed, old.boot, l))
	defer old.alive.Load().close() // from now on its end is ours
	if old.boot.Ready {            // while it is there: what others are compared with, and held against
		old.awaitRefusalLog(living, old.deployed)
		old.check(living, start.Check{}.Resolve(old.topology))
		old.check(living, sound.Resolve(old.topology))
	}
	close(p.surveyed)
	var work sync.WaitGroup
	work.Go(func() { p.prepare(ctx) })
	old.startSome(living, &work, withBaseline) // judged later, with a server that would keep this one waiting
	judged := old.judgeSome(living, func(t harness.Traits) bool { return !startsAnother(t) && !withBaseline(t) })
	work.Wait()
	p.giveOut(ctx, old, judged)
}

// giveOut gives out what was judged of one of the two servers, if it was still there
// afterwards. Otherwise nothing is known of it, nor of the upgrade: another server in
// its place would not have what clients wrote.
func (p *upgradeRun) giveOut(ctx context.Context, c *cell, judged []int) {
	err := c.alive.Load().confirm(ctx)
	if err == nil || ctx.Err() != nil {
		c.give(judged...)
		return
	}
	c.report(Event{Cell: c.name, What: err.Error()})
	for _, i := range judged {
		c.results[i] = c.blank(c.Plan.Cases[i])
	}
	c.abandon(err, func(t harness.Traits) bool { return !startsAnother(t) && butOfUpgrade(t) })
	c.checked.mu.Lock()
	maps.DeleteFunc(c.checked.done, func(l harness.Check, _ func() observed) bool { return !startsAnother(c.traits(l)) })
	c.checked.mu.Unlock()
	p.err = fmt.Errorf("%s: %w", c.name.Version, err)
}

// startAside begins with the servers of both releases that have a change of
// their own. While the old server is being stopped, and the new one loads, there
// is time for them; before, they would have kept it from booting.
func (p *upgradeRun) startAside(ctx context.Context, aside *sync.WaitGroup) {
	aside.Go(func() {
		p.old.startOthers(ctx).Wait()
		p.old.judgeAll(ctx, anyCheck)
		p.old.reportJudged()
	})
	p.next.startSome(ctx, aside, func(t harness.Traits) bool { return startsAnother(t) && !stopsAnother(t) })
}

// afterwards judges the new server, and what came of the upgrade.
func (p *upgradeRun) afterwards(ctx context.Context, aside *sync.WaitGroup) {
	living, end := context.WithCancelCause(ctx)
	defer end(nil)
	l := p.next.launch(p.next.name.String(), p.next.topology, start.Check{})
	p.next.alive.Store(p.next.watch(living, end, p.next.deployed, p.next.boot, l))
	var work sync.WaitGroup
	work.Go(func() { p.check(living) })
	judged := p.next.judgeSome(living, butOfUpgrade)
	work.Wait()
	p.giveOut(ctx, p.next, judged)
	p.next.alive.Load().close()
	aside.Wait()
	if p.Down || p.Returns {
		p.back = p.rollback(ctx)
	}
	p.next.judgeAll(ctx, ofPhase(harness.PhaseUpgraded))
	p.next.judgeAll(ctx, ofPhase(harness.PhaseCompared))
}

func (p *upgradeRun) keep(d deploy.Deployment) {
	if d != nil {
		p.trail = append(p.trail, d)
	}
}

// end stops every server of the place, the last one first.
func (p *upgradeRun) end() {
	for _, t := range []*traffic.Traffic{p.traffic, p.intruders} {
		if t != nil {
			t.Stop()
		}
	}
	names := []string{p.old.name.String(), p.next.name.String()}
	if p.next.Keep != nil && len(p.trail) > 0 && slices.ContainsFunc(p.next.judged(), results.Result.Red) &&
		p.next.Keep(p.trail[len(p.trail)-1]) {
		return // it stands on what those before it left
	}
	for i, d := range slices.Backward(p.trail) {
		p.next.end(d, names[i])
	}
	p.old.recorder.close()
}

// prepare writes the data set into the old server, reads it back, and lets
// clients begin to ask.
func (p *upgradeRun) prepare(ctx context.Context) {
	c := p.old
	switch {
	case c.failed != nil:
		p.err = c.failed
		return
	case c.boot.Exited && c.topology.RepairedTopology != "":
		p.skip = "the old release does not start in this topology: " + c.boot.Why()
		return
	case !c.boot.Ready:
		p.err = fmt.Errorf("the old server %s", c.startSummary())
		return
	}
	if p.before, p.err = p.write(ctx, c.deployed); p.err != nil {
		return
	}
	if p.user, p.err = p.makeUser(ctx, c.deployed); p.err != nil {
		return
	}
	p.traffic, p.err = p.start(ctx)
	if p.err == nil {
		c.report(Event{Cell: c.name, What: fmt.Sprintf("filled: %d rows in %d collections", len(p.before.Rows), len(p.before.Schemas))})
	}
}

// asWritten fails where the old server does not even give back what was just
// written: then no comparison means anything.
func (p *upgradeRun) asWritten(r dataset.Reading) error {
	t := upgrade.Facts{}
	if r.Rows != nil {
		r.RowsSince(p.next.Data.Written(), t.Differ)
	}
	if len(r.Schemas) < len(p.next.Data) {
		t.Differ("only %d of %d collections are there", len(r.Schemas), len(p.next.Data))
	}
	if len(t.Differences) > 0 {
		return fmt.Errorf("before anything was stopped, %s", t.Differences[0])
	}
	return nil
}

// write writes the data set into a server of the old release, and reads it back.
func (p *upgradeRun) write(ctx context.Context, d deploy.Deployment) (dataset.Reading, error) {
	r, err := p.fill(ctx, p.old, d, p.old.Data)
	if err == nil {
		err = p.asWritten(r)
	}
	return r, err
}
