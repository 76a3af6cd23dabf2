package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/results"
)

// check compares the new server with the old one's data, and records when clients were served
// again.
func (p *upgradeRun) check(ctx context.Context) {
	c := p.next
	if c.failed != nil || !c.boot.Ready {
		close(p.settled)
		return
	}
	c.check(ctx, upgrade.Check{Aspect: upgrade.AspectStart}) // before anything else takes its place
	p.said, p.read = p.awaitLoaded(ctx, c, c.deployed, c.Data)
	p.moments.Loaded = time.Now()
	if p.read != nil {
		close(p.settled)
		return
	}
	settled := make(chan error, 1)
	go func() { settled <- p.settle(ctx) }()
	p.after, p.read = p.readBack(ctx, c, c.deployed, c.Data)
	if p.engineless() != "" {
		p.traffic.Forget()
	}
	p.traffic.Back(ctx, p.moments, c.Bounds.Resume)
	p.gaps = p.traffic.Gaps(p.moments)
	p.traffic.Stop()
	p.intruders.Stop()
	p.intruders.Once(ctx) // surely once since the new server is there
	p.read = errors.Join(p.read, <-settled)
	p.logins = p.logIn(ctx)
}

// settle waits until the new server takes new collections, where a case is going
// to make some, and lets that case begin.
func (p *upgradeRun) settle(ctx context.Context) error {
	defer close(p.settled)
	if p.engineless() != "" || !slices.ContainsFunc(p.next.index[p.next.name], p.next.makesCollections) {
		return nil
	}
	err := p.next.awaitSettled(ctx, p.next.deployed)
	p.settling = time.Since(p.moments.Loaded).Seconds()
	return err
}

func (c *cell) makesCollections(i int) bool {
	a, is := c.caseOf(i).Check.(harness.Attempt)
	return is && a.Request == harness.RequestData && c.waits(i)
}

// transition returns the facts that every check of the upgrade shares.
func (p *upgradeRun) transition() upgrade.Facts {
	t := upgrade.Facts{From: p.From, To: p.To, Shutdown: &p.halt, Boot: p.next.boot.Seconds, Said: p.said}
	if !p.moments.Loaded.IsZero() {
		t.Loading = p.moments.Loaded.Sub(p.moments.Ready).Seconds()
		t.Settling = p.settling
	}
	return t
}

// unstarted is why a server that did not take over is asked nothing.
const unstarted = "the new release does not start on what the old one left, which upgrade-starts and upgrade-steps judge"

var _ = runs((*cell).observeUpgrade, (*cell).proveUpgrade)

// proveUpgrade holds a new release that ended on what the old one left against one
// that starts on nothing.
func (c *cell) proveUpgrade(ctx context.Context, l upgrade.Check, _ observed, e *checks.Evidence) {
	if boot, is := e.Saw.(*start.Facts); is && l.Aspect == upgrade.AspectStart && boot.Exited {
		e.Control, e.ControlErr = c.startControl(ctx, harness.ConfigChange{})
	}
}

func (c *cell) observeUpgrade(ctx context.Context, l upgrade.Check) observed {
	p := c.upgrade
	switch {
	case p == nil:
		return observed{err: errors.New("there is no upgrade in this run")}
	case p.Rolling && l.Traits(c.topology).Servers > 0:
		return observed{skip: rollingTakes}
	case l.Aspect == upgrade.AspectSettings:
		return p.settings(ctx, l.Change)
	case l.Aspect == upgrade.AspectReturn && l.Change != (harness.ConfigChange{}):
		return p.failedStart(ctx, l.Change)
	case l.Aspect == upgrade.AspectDrops && p.Down:
		return observed{skip: "an older release that does not start on a newer one's data is what upgrade-starts judges"}
	case l.Aspect == upgrade.AspectDrops:
		return p.stopDuringDrop(ctx)
	case p.skip != "":
		return observed{skip: p.skip}
	case p.err != nil:
		return observed{err: p.err}
	case l.Aspect == upgrade.AspectReturn:
		return p.back
	case c.failed != nil:
		return observed{err: c.failed}
	case l.Aspect == upgrade.AspectStart:
		return c.surveyed(ctx, c.deployed, c.boot)
	case !c.boot.Ready:
		return observed{skip: unstarted}
	case l.Aspect == upgrade.AspectVerdicts:
		return p.verdicts()
	case p.read != nil:
		return observed{err: fmt.Errorf("read from the new server: %w", p.read)}
	case (l.Aspect == upgrade.AspectRows || l.Aspect == upgrade.AspectSearches) && p.engineless() != "":
		return observed{skip: p.engineless()}
	case l.Aspect == upgrade.AspectLogins:
		return p.logins
	}
	return p.compared(l.Aspect)
}

// compared compares what was read before and after.
func (p *upgradeRun) compared(of upgrade.Aspect) observed {
	t := p.transition()
	switch of {
	case upgrade.AspectSchemas:
		t.Compared = len(p.before.Schemas)
		p.after.SchemasSince(p.before, t.Differ)
	case upgrade.AspectRows:
		t.Compared = len(p.before.Rows)
		p.after.RowsSince(p.before, t.Differ)
	case upgrade.AspectSearches:
		t.Compared = len(p.before.Hits)
		p.after.HitsSince(p.before, t.Differ)
	case upgrade.AspectIntruders:
		t.Compared = p.intruders.Calls()
		served := p.intruders.Served()
		for _, name := range slices.Sorted(maps.Keys(served)) {
			if n := served[name]; n > 0 {
				t.Differ("%s was served %d times", name, n)
			}
		}
	case upgrade.AspectClients:
		t.Outages, t.Compared = p.gaps, len(p.gaps)
		for _, g := range p.gaps {
			if g.Never || g.Resumed > p.next.Bounds.Resume.Seconds() {
				t.Differ("%s, which stayed connected, was not served again within %.0f s of the new server being able to: %s",
					g.Client, p.next.Bounds.Resume.Seconds(), g.ErrorsSummary())
			} else {
				t.Notes = append(t.Notes, gapped(g))
			}
		}
	default:
		return observed{err: fmt.Errorf("there is no check of %s", of)}
	}
	return observed{facts: &t}
}

// verdicts compares the verdicts on the two servers. Outcomes that are a race on each of them
// show no change (seen from 2.6.20 to 3.0: failed starts that ended with status 134, and with
// status 0).
func (p *upgradeRun) verdicts() observed {
	t := p.transition()
	type one struct{ claim, name string }
	before := map[one]results.Result{}
	for _, r := range p.old.judged() {
		before[one{r.Claim, r.Case}] = r
	}
	better := 0
	var open error
	for _, r := range p.next.judged() {
		was, judged := before[one{r.Claim, r.Case}]
		if !judged || harness.Outcome(r.Want).Raced() || was.Verdict == harness.NotApplicable || r.Verdict == harness.NotApplicable {
			continue
		}
		t.Compared++
		switch {
		case was.Verdict == harness.Confirmed && r.Verdict != harness.Confirmed:
			became := fmt.Errorf("%s/%s was confirmed on %s and is %s on %s: %s", r.Claim, r.Case, p.From, r.Verdict, p.To, r.Reason)
			if r.Verdict == harness.Refuted {
				t.Differ("%s", became)
			} else {
				open = became // the change is unknown
			}
		case was.Verdict != harness.Confirmed && r.Verdict == harness.Confirmed:
			better++
		}
	}
	if open != nil && len(t.Differences) == 0 {
		return observed{err: open}
	}
	if better > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("%d cases are confirmed that were not before", better))
	}
	return observed{facts: &t}
}
