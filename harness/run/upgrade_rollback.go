package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/dataset"
	"milvus-tls-e2e/harness/deploy"
)

// failedStart has the new release fail on what the old one left, and the old
// one started again.
func (p *upgradeRun) failedStart(ctx context.Context, change harness.ConfigChange) observed {
	name := fmt.Sprintf("%s before %s fails with %s", p.old.name, p.To, change)
	first, before, err := p.another(ctx, name)
	if first != nil {
		defer p.old.end(first, name)
	}
	if err != nil {
		return observed{err: err}
	}
	if err := p.awaitDropsReleased(ctx, first); err != nil {
		return observed{err: err}
	}
	failing, boot, err := p.follow(ctx, first, p.next, p.next.launch(name+", failing", p.next.topology, start.Check{Change: change}))
	if failing != nil {
		defer p.old.end(failing, name+", failing")
	}
	switch {
	case err != nil:
		return observed{err: err}
	case !boot.Exited:
		return observed{err: fmt.Errorf("%s with %s did not fail: this proves nothing about a start that fails", p.To, change)}
	}
	return p.returned(ctx, failing, before, name+", again", p.old.Data)
}

// another starts a further server of the old release, and fills it.
func (p *upgradeRun) another(ctx context.Context, name string) (deploy.Deployment, dataset.Reading, error) {
	if err := p.old.awaitSlot(ctx); err != nil {
		return nil, dataset.Reading{}, err
	}
	d, boot, err := p.old.start(ctx, p.old.launch(name, p.old.topology, start.Check{}))
	switch {
	case err != nil:
		return d, dataset.Reading{}, err
	case !boot.Ready:
		return d, dataset.Reading{}, fmt.Errorf("the old server did not become ready: %s", boot.Why())
	}
	before, err := p.write(ctx, d)
	return d, before, err
}

// rollback starts the old release again after the new one ran.
func (p *upgradeRun) rollback(ctx context.Context) observed {
	switch {
	case p.skip != "":
		return observed{skip: p.skip}
	case p.err != nil || p.next.deployed == nil:
		return observed{err: errors.Join(errors.New("the new release did not run"), p.err, p.next.failed)}
	}
	p.next.report(Event{Cell: p.next.name, What: "going back to " + p.From})
	before, set := p.before, p.old.Data
	if p.next.boot.Ready {
		// What one without an engine leaves empty, one with an engine could not read.
		if p.next.noEngine() == "" || p.old.noEngine() != "" {
			late, err := p.writeLate(ctx)
			if err != nil {
				return observed{err: err}
			}
			before, set = before.And(late), slices.Concat(set, set.Late())
		}
		if err := p.awaitDropsReleased(ctx, p.next.deployed); err != nil {
			return observed{err: err}
		}
	}
	return p.returned(ctx, p.next.deployed, before, p.old.name.String()+" again", set)
}

// writeLate has the new release write too, as it does where somebody works with
// it before going back.
func (p *upgradeRun) writeLate(ctx context.Context) (dataset.Reading, error) {
	late, err := p.fill(ctx, p.next, p.next.deployed, p.old.Data.Late())
	if err != nil {
		err = fmt.Errorf("write to %s before going back: %w", p.To, err)
	}
	return late, err
}

// returned starts the old release where another server was, and reads
// everything back.
func (p *upgradeRun) returned(ctx context.Context, after deploy.Deployment, before dataset.Reading, name string, set dataset.Set) observed {
	l := p.old.launch(name, p.old.topology, start.Check{})
	again, boot, err := p.follow(ctx, after, p.old, l)
	if again != nil {
		defer p.old.end(again, name)
	}
	t := upgrade.Facts{From: p.From, To: p.To, Boot: boot.Seconds, Compared: len(before.Schemas)}
	switch {
	case err != nil:
		return observed{err: err}
	case hangs(boot) != nil:
		return observed{err: fmt.Errorf("%s, started again: %w", p.From, hangs(boot))}
	case !boot.Ready:
		t.Differ("%s does not start again on the data: %s", p.From, boot.Why())
		return observed{facts: &t}
	}
	return p.old.watched(ctx, again, boot, l, func(ctx context.Context) observed { return p.givenBack(ctx, again, before, set, t) })
}

// givenBack reads everything back from the old release, started again.
func (p *upgradeRun) givenBack(ctx context.Context, again deploy.Deployment, before dataset.Reading, set dataset.Set, t upgrade.Facts) observed {
	ready := time.Now()
	var err error
	if t.Said, err = p.awaitLoaded(ctx, p.old, again, set); err == nil {
		t.Loading = time.Since(ready).Seconds()
		var now dataset.Reading
		if now, err = p.readBack(ctx, p.old, again, set); err == nil {
			t.Compared = now.Since(before, t.Differ)
		}
	}
	if why := p.old.noEngine(); why != "" {
		t.Notes = append(t.Notes, why)
	}
	if late(err) {
		return observed{err: fmt.Errorf("read from %s, started again: %w", p.From, err)}
	}
	if err != nil {
		t.Differ("%s, started again, does not give the data back: %v", p.From, err)
	}
	return observed{facts: &t}
}

// hangs says of a server that neither became ready nor ended that it did not: a
// busy machine's does so too, and nothing was seen of what it would have come to.
func hangs(b start.Facts) error {
	if b.Ready || b.Exited {
		return nil
	}
	return fmt.Errorf("it neither ended nor became ready within %.0f s: %s", b.Seconds, b.Why())
}

// late reports whether it was a bound that ended a call, as it does on a busy
// machine, rather than an answer.
func late(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || status.Code(err) == codes.DeadlineExceeded
}

// follow stops a server as an operator does and starts another in its place.
func (p *upgradeRun) follow(ctx context.Context, d deploy.Deployment, c *cell, l launch) (deploy.Deployment, start.Facts, error) {
	succession, err := d.Capabilities().Succession.Get()
	if err != nil {
		return nil, start.Facts{}, err
	}
	if _, err := succession.Shutdown(ctx, p.patience()); err != nil {
		return nil, start.Facts{}, err
	}
	if err := c.awaitSlot(ctx); err != nil {
		return nil, start.Facts{}, err
	}
	l.by = succession.Start
	return c.start(ctx, l)
}
