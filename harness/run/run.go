package run

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/results"
)

// runCell judges a cell, and repeats it once if its server ended unexpectedly: results that were
// not released until then are not judged.
func (s *Scheduler) runCell(ctx context.Context, name harness.Cell) {
	c := s.newCell(name)
	s.report(Event{Cell: name, What: "booting"})
	err := c.run(ctx)
	if why := unforeseen(err); why != "" && ctx.Err() == nil {
		s.report(Event{Cell: name, What: why + "; it is started once more"})
		c.close()
		again := s.newCell(name)
		again.begun, again.restarted = c.begun, why
		c = again
		if err = c.awaitSlot(ctx); err == nil {
			err = c.run(ctx)
		}
	}
	if ctx.Err() != nil {
		err = nil // what is interrupted stays unjudged
	}
	if err != nil {
		s.report(Event{Cell: name, What: err.Error()})
	}
	c.abandon(err, anyCheck)
	if c.deployed == nil || s.Keep == nil || !slices.ContainsFunc(c.judged(), results.Result.Red) || !s.Keep(c.deployed) {
		c.close()
	}
	c.reportJudged()
}

// unforeseen returns the unexpected end of a server in an error, if there is one.
func unforeseen(err error) string {
	var e *ending
	if errors.As(err, &e) {
		return e.Error()
	}
	return ""
}

// close ends the cell's server.
func (c *cell) close() {
	if c.deployed != nil {
		c.end(c.deployed, c.called())
		c.recorder.close()
	}
}

func (c *cell) reportJudged() {
	c.report(Event{Cell: c.name, What: "judged", Seconds: time.Since(c.begun).Seconds(), Results: c.judged()})
}

// run starts the cell's server, if a case needs it, and judges. Its error describes the server's
// end before everything was judged.
func (c *cell) run(ctx context.Context) error {
	c.certs, c.files, c.failed = c.certificates(ctx)
	if c.failed == nil {
		c.failed = c.shippedCerts(ctx)
	}
	if c.failed != nil || !c.needsServer() {
		<-c.boots
		c.judgeAll(ctx, anyCheck)
		return nil
	}
	c.settled = make(chan struct{})
	living, end := context.WithCancelCause(ctx) // as long as the server does
	defer end(nil)
	others := c.startOthers(living)
	err := c.startOwn(living, end)
	if err == nil {
		err = c.judgeOwn(ctx, living)
	}
	if err != nil {
		end(err)
		others.Wait()
		return err
	}
	// What waits for two starts of its own would have kept others waiting.
	c.judgeAll(ctx, butLast)
	others.Wait()
	c.judgeLast(ctx)
	return nil
}

// startOwn starts the cell's own server and begins to watch it. The error is that it
// ended over nothing that it was given.
func (c *cell) startOwn(ctx context.Context, end context.CancelCauseFunc) error {
	l := c.launch(c.called(), c.topology, start.Check{})
	c.deployed, c.boot, c.failed = c.start(ctx, l)
	close(c.settled)
	if unforeseen(c.failed) != "" {
		return c.failed
	}
	c.report(Event{Cell: c.name, What: c.startSummary(), Seconds: time.Since(c.begun).Seconds()})
	c.alive.Store(c.watch(ctx, end, c.deployed, c.boot, l))
	if c.boot.Ready {
		c.awaitRefusalLog(ctx, c.deployed)
	}
	return nil
}

func (c *cell) judgeOwn(ctx, living context.Context) error {
	defer c.alive.Load().close()
	return c.judgeWatched(ctx, living, ofCellsServer)
}

// judgeWatched judges what is left to judge of the cases whose check is wanted while
// the cell's server lives, and gives the results out if it was still there then.
func (c *cell) judgeWatched(ctx, living context.Context, wanted func(harness.Traits) bool) error {
	judged := c.judgeSome(living, wanted)
	err := c.alive.Load().confirm(ctx)
	if err == nil || ctx.Err() != nil {
		c.give(judged...)
		return nil
	}
	if c.Entry != nil {
		c.Entry.Gone(err)
	}
	for _, i := range judged {
		c.results[i] = c.blank(c.Plan.Cases[i])
	}
	return err
}

// judgeAll judges what is left to judge of the cases whose check is wanted, and gives
// the results out.
func (c *cell) judgeAll(ctx context.Context, wanted func(harness.Traits) bool) {
	c.give(c.judgeSome(ctx, wanted)...)
}

// judgeSome judges the remaining cases with a wanted check, and returns them.
func (c *cell) judgeSome(ctx context.Context, wanted func(harness.Traits) bool) (judged []int) {
	limit := make(chan struct{}, CasesAtOnce)
	var all sync.WaitGroup
	for _, i := range c.index[c.name] {
		if !c.waits(i) || !wanted(c.traits(c.caseOf(i).Check)) {
			continue
		}
		judged = append(judged, i)
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			if ctx.Err() == nil {
				c.judge(ctx, i)
			}
		})
	}
	all.Wait()
	return judged
}

// abandon gives out that cases are inconclusive of which nothing could be judged, or
// unjudged where the run was interrupted and there is no error.
func (c *cell) abandon(err error, wanted func(harness.Traits) bool) {
	for _, i := range c.index[c.name] {
		if !c.waits(i) || !wanted(c.traits(c.caseOf(i).Check)) {
			continue
		}
		if r := &c.results[i]; err != nil {
			open := checks.Unobserved(err)
			r.Verdict, r.Cause, r.Reason, r.Restarted = open.Verdict, open.Cause, open.Reason, c.restarted
		}
		c.give(i)
	}
}

// give gives results out, as they are.
func (c *cell) give(judged ...int) {
	for _, i := range judged {
		results.ApplyKnown(&c.results[i], c.server.Line, c.Known)
		close(c.done[i])
	}
}
