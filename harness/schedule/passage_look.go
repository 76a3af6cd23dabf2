package schedule

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/dataset"
	"milvus-tls-e2e/harness/deploy"
)

// look looks at the new server: whether everything that the old one held is
// there, and when its clients were served again.
func (p *passage) look(ctx context.Context) {
	c := p.next
	if c.failed != nil || !c.boot.Ready {
		close(p.loaded)
		return
	}
	c.look(ctx, harness.Passage{Of: harness.OfStart}) // before anything else takes its place
	p.said, p.read = c.awaitLoaded(ctx, c.deployed)
	p.moments.Loaded = time.Now()
	close(p.loaded)
	if p.read != nil {
		return
	}
	p.after, p.read = c.readBack(ctx, c.deployed)
	p.logins = p.logIn(ctx)
	p.traffic.Back(ctx, p.moments, c.Bounds.Resume)
	p.gaps = p.traffic.Gaps(p.moments)
	p.traffic.Stop()
	p.intruders.Stop()
}

// transition gives what every look of the passage tells.
func (p *passage) transition() harness.Transition {
	t := harness.Transition{From: p.From, To: p.To, Halt: &p.halt, Boot: p.next.boot.Seconds, Said: p.said}
	if !p.moments.Loaded.IsZero() {
		t.Loading = p.moments.Loaded.Sub(p.moments.Ready).Seconds()
	}
	return t
}

// unstarted is why a server that did not take over is asked nothing.
const unstarted = "the new release does not start on what the old one left, which upgrade-starts judges"

// takePassage takes one look at an upgrade.
func (c *cell) takePassage(ctx context.Context, l harness.Passage) seen {
	p := c.passage
	switch {
	case p == nil:
		return seen{err: errors.New("there is no upgrade in this run")}
	case l.Of == harness.OfSettings:
		return p.settings(ctx, l.Change)
	case l.Of == harness.OfReturn && l.Change != (harness.Change{}):
		return p.failedStart(ctx, l.Change)
	case p.skip != "":
		return seen{skip: p.skip}
	case p.err != nil:
		return seen{err: p.err}
	case l.Of == harness.OfReturn:
		return p.back
	case c.failed != nil:
		return seen{err: c.failed}
	case l.Of == harness.OfStart:
		return c.surveyed(ctx, c.deployed, c.boot)
	case !c.boot.Ready:
		return seen{skip: unstarted}
	case l.Of == harness.OfVerdicts:
		return p.verdicts()
	case p.read != nil:
		return seen{err: fmt.Errorf("read from the new server: %w", p.read)}
	case l.Of == harness.OfLogins:
		return p.logins
	}
	return p.compared(l.Of)
}

// compared compares what was read before and after.
func (p *passage) compared(of harness.Concern) seen {
	t := p.transition()
	switch of {
	case harness.OfRows:
		t.Compared = len(p.before.Rows)
		p.after.RowsSince(p.before, t.Differ)
	case harness.OfSearches:
		t.Compared = len(p.before.Hits)
		p.after.HitsSince(p.before, t.Differ)
	case harness.OfIntruders:
		t.Compared = p.intruders.Calls()
		served := p.intruders.Served()
		for _, name := range slices.Sorted(maps.Keys(served)) {
			if n := served[name]; n > 0 {
				t.Differ("%s was served %d times", name, n)
			}
		}
	case harness.OfClients:
		t.Gaps, t.Compared = p.gaps, len(p.gaps)
		for _, g := range p.gaps {
			if g.Never || g.Resumed > p.next.Bounds.Resume.Seconds() {
				t.Differ("%s, which stayed connected, was not served again within %.0f s of the new server being able to: %s",
					g.Client, p.next.Bounds.Resume.Seconds(), errorsOf(g))
			} else {
				t.Notes = append(t.Notes, gapped(g))
			}
		}
	default:
		return seen{err: fmt.Errorf("nobody knows how to look at %s", of)}
	}
	return seen{observation: &harness.Observation{Upgrade: &t}}
}

func gapped(g harness.Gap) string {
	return fmt.Sprintf("%s: not served for %.1f s (%s)", g.Client, g.Refused, errorsOf(g))
}

func errorsOf(g harness.Gap) string {
	var all []string
	for _, class := range slices.Sorted(maps.Keys(g.Errors)) {
		all = append(all, fmt.Sprintf("%s ×%d", class, g.Errors[class]))
	}
	if len(all) == 0 {
		return "no error"
	}
	return strings.Join(all, ", ")
}

// verdicts compares what every case came to on the two servers.
func (p *passage) verdicts() seen {
	t := p.transition()
	type one struct{ claim, name string }
	before := map[one]harness.Result{}
	for _, r := range p.old.mine() {
		before[one{r.Claim, r.Case}] = r
	}
	better := 0
	for _, r := range p.next.mine() {
		was, judged := before[one{r.Claim, r.Case}]
		if !judged || was.Verdict == harness.NotApplicable || r.Verdict == harness.NotApplicable {
			continue
		}
		t.Compared++
		switch {
		case was.Verdict == harness.Confirmed && r.Verdict != harness.Confirmed:
			t.Differ("%s/%s was confirmed on %s and is %s on %s: %s", r.Claim, r.Case, p.From, r.Verdict, p.To, r.Reason)
		case was.Verdict != harness.Confirmed && r.Verdict == harness.Confirmed:
			better++
		}
	}
	if better > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("%d cases are confirmed that were not before", better))
	}
	return seen{observation: &harness.Observation{Upgrade: &t}}
}

// settings starts the new release with the old one's milvus.yaml, on nothing,
// and compares what it serves with what the old one serves.
func (p *passage) settings(ctx context.Context, change harness.Change) seen {
	if change == (harness.Change{}) {
		<-p.surveyed
	}
	was := p.old.look(ctx, harness.Start{Change: change}.Fit(p.old.topology))
	if was.err != nil {
		return was
	}
	c, spec := p.next, p.next.spec(p.next.name.String()+" as "+p.From+" with "+change.String(), p.next.topology, change)
	spec.Settings = &p.old.server
	c.boots <- struct{}{}
	d, boot, err := c.start(ctx, spec)
	if d != nil {
		defer c.end(d, spec.Name)
	}
	if err != nil {
		return seen{err: err}
	}
	is := c.surveyed(ctx, d, boot)
	if is.err != nil {
		return is
	}
	t := harness.Transition{From: p.From, To: p.To}
	meaning(&t, was.observation.Boot, is.observation.Boot)
	return seen{observation: &harness.Observation{Upgrade: &t}}
}

// meaning compares what two releases made of the same settings.
func meaning(t *harness.Transition, was, is *harness.Boot) {
	t.Compared = 1
	if a, b := started(was), started(is); a != b {
		t.Differ("%s %s, and %s %s", t.From, a, t.To, b)
		return
	}
	if !was.Ready {
		t.Notes = append(t.Notes, "both "+started(is))
		return
	}
	t.Compared += len(was.Survey)
	if a, b := was.Found(), is.Found(); a != b {
		t.Differ("%s serves %s, and %s serves %s", t.From, a, t.To, b)
	}
	t.Notes = append(t.Notes, "both serve "+is.Found())
}

func started(b *harness.Boot) string {
	switch {
	case b.Ready:
		return "starts"
	case b.Exited:
		return "ends at its start"
	}
	return "never becomes ready"
}

// failedStart has the new release fail on what the old one left, and the old
// one started again.
func (p *passage) failedStart(ctx context.Context, change harness.Change) seen {
	name := fmt.Sprintf("%s before %s fails with %s", p.old.name, p.To, change)
	p.old.boots <- struct{}{}
	first, boot, err := p.old.start(ctx, p.old.spec(name, p.old.topology, harness.Change{}))
	if first != nil {
		defer p.old.end(first, name)
	}
	switch {
	case err != nil:
		return seen{err: err}
	case !boot.Ready:
		return seen{err: errors.New("the old server did not become ready")}
	}
	if err := p.write(ctx, first); err != nil {
		return seen{err: err}
	}
	before, err := p.old.readBack(ctx, first)
	if err = errors.Join(err, p.asWritten(before)); err != nil {
		return seen{err: err}
	}
	failing, boot, err := p.follow(ctx, first, p.next, p.next.spec(name+", failing", p.next.topology, change))
	if failing != nil {
		defer p.old.end(failing, name+", failing")
	}
	switch {
	case err != nil:
		return seen{err: err}
	case !boot.Exited:
		return seen{err: fmt.Errorf("%s with %s did not fail: this proves nothing about a start that fails", p.To, change)}
	}
	return p.returned(ctx, failing, before, name+", again")
}

// comeBack starts the old release again after a downgrade.
func (p *passage) comeBack(ctx context.Context) seen {
	if p.skip != "" || p.err != nil || p.next.deployed == nil {
		return seen{err: errors.Join(p.err, p.next.failed, errors.New("the downgrade did not come this far"))}
	}
	p.next.tell(Event{Cell: p.next.name, What: "going back to " + p.From})
	return p.returned(ctx, p.next.deployed, p.before, p.old.name.String()+" again")
}

// returned starts the old release where another server was, and reads
// everything back.
func (p *passage) returned(ctx context.Context, after deploy.Deployment, before dataset.Reading, name string) seen {
	again, boot, err := p.follow(ctx, after, p.old, p.old.spec(name, p.old.topology, harness.Change{}))
	if again != nil {
		defer p.old.end(again, name)
	}
	t := harness.Transition{From: p.From, To: p.To, Boot: boot.Seconds, Compared: len(before.Rows) + len(before.Hits)}
	switch {
	case err != nil:
		return seen{err: err}
	case !boot.Ready:
		t.Differ("%s does not start again on the data: %s", p.From, boot.Cause+boot.Last)
		return seen{observation: &harness.Observation{Upgrade: &t}}
	}
	ready := time.Now()
	if t.Said, err = p.old.awaitLoaded(ctx, again); err == nil {
		t.Loading = time.Since(ready).Seconds()
		var now dataset.Reading
		if now, err = p.old.readBack(ctx, again); err == nil {
			now.RowsSince(before, t.Differ)
			now.HitsSince(before, t.Differ)
		}
	}
	if err != nil {
		t.Differ("%s, started again, does not give the data back: %v", p.From, err)
	}
	return seen{observation: &harness.Observation{Upgrade: &t}}
}

// follow stops a server as an operator does and starts another in its place.
func (p *passage) follow(ctx context.Context, d deploy.Deployment, c *cell, spec deploy.Spec) (deploy.Deployment, harness.Boot, error) {
	heirloom, can := d.(deploy.Heirloom)
	if !can {
		return nil, harness.Boot{}, fmt.Errorf("the provider %s cannot put another release in a server's place", spec.Server.Provider)
	}
	if _, err := heirloom.Halt(ctx, time.Duration(p.Stop*float64(time.Second))); err != nil {
		return nil, harness.Boot{}, err
	}
	c.boots <- struct{}{}
	return c.startBy(ctx, spec, heirloom.Succeed)
}

// closing is the one sentence that a topology's upgrade ends with.
func (p *passage) closing() string {
	switch {
	case p.skip != "":
		return "not upgraded: " + p.skip
	case p.err != nil:
		return "not upgraded: " + p.err.Error()
	case p.next.failed != nil || !p.next.boot.Ready:
		return fmt.Sprintf("%s %s; %s %s", p.From, p.halt, p.To, p.next.became())
	case p.read != nil:
		return fmt.Sprintf("%s %s; %s is ready and cannot be read: %v", p.From, p.halt, p.To, p.read)
	}
	t := p.transition()
	p.after.RowsSince(p.before, t.Differ)
	p.after.HitsSince(p.before, t.Differ)
	kept := "all as before"
	if n := len(t.Differences) + t.More; n > 0 {
		kept = fmt.Sprintf("%d not as before", n)
	}
	parts := []string{
		fmt.Sprintf("upgraded in %.1f s besides stopping and loading", p.took),
		fmt.Sprintf("%s %s", p.From, p.halt),
		fmt.Sprintf("%s ready after %.1f s and loaded %.1f s later", p.To, t.Boot, t.Loading),
		fmt.Sprintf("%d rows and %d searches compared, %s", len(p.before.Rows), len(p.before.Hits), kept),
	}
	for _, g := range p.gaps {
		parts = append(parts, fmt.Sprintf("%s: not served for %.1f s", g.Client, g.Refused))
	}
	return strings.Join(parts, "; ")
}
