package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// makeUser makes a user where there are users.
func (p *upgradeRun) makeUser(ctx context.Context, d deploy.Deployment) (user, error) {
	if !p.old.topology.Users {
		return user{}, nil
	}
	made := newUser()
	return made, p.old.with(ctx, d, made.create)
}

// switchOver stops the old server and starts the new one in its place.
func (p *upgradeRun) switchOver(ctx context.Context) {
	old, next := p.old, p.next
	if p.skip != "" || p.err != nil {
		next.failed = fmt.Errorf("the upgrade did not come this far: %w", errors.Join(p.err, errors.New(p.skip)))
		return
	}
	if p.err = p.awaitDropsReleased(ctx, old.deployed); p.err != nil {
		next.failed = p.err
		return
	}
	if p.Rolling {
		p.rollOver(ctx)
		return
	}
	succession, err := old.deployed.Capabilities().Succession.Get()
	if err != nil {
		p.skip, next.failed = err.Error(), err
		return
	}
	next.report(Event{Cell: next.name, What: fmt.Sprintf("stopping %s: SIGTERM, and SIGKILL after %.0f s", p.From, p.Stop)})
	p.moments.Halt = time.Now()
	p.halt, p.err = succession.Shutdown(ctx, p.patience())
	if p.err != nil {
		next.failed = p.err
		return
	}
	next.report(Event{Cell: next.name, What: fmt.Sprintf("%s %s", p.From, p.halt)})
	if p.err = next.awaitSlot(ctx); p.err != nil {
		next.failed = p.err
		return
	}
	l := next.launch(next.name.String(), next.topology, start.Check{})
	l.Files, l.by = old.filesOf(old.name.String()), succession.Start
	next.deployed, next.boot, next.failed = next.start(ctx, l)
	p.moments.Ready = time.Now()
	p.keep(next.deployed)
	next.report(Event{Cell: next.name, What: next.startSummary(), Seconds: next.boot.Seconds})
	if next.boot.Ready {
		next.awaitRefusalLog(ctx, next.deployed)
	}
}

// awaitDropsReleased waits until a server that is about to be stopped has released what
// attempts made and dropped there.
func (p *upgradeRun) awaitDropsReleased(ctx context.Context, d deploy.Deployment) error {
	quiet := func(log []byte) string {
		if len(milvus.Unreleased(log)) > 0 {
			return ""
		}
		return "quiet"
	}
	word, err := deploy.AwaitLog(ctx, d, 0, quiet, p.old.Bounds.Drop)
	if err == nil && word == "" {
		err = fmt.Errorf("before it was stopped, the server did not release what was dropped within %s", p.old.Bounds.Drop)
	}
	return err
}

func (p *upgradeRun) patience() time.Duration { return time.Duration(p.Stop * float64(time.Second)) }
