package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// rollOver replaces each component of the old cluster by the new release's.
func (p *upgradeRun) rollOver(ctx context.Context) {
	old, next := p.old, p.next
	l := next.launch(next.name.String(), next.topology, start.Check{})
	l.Files = old.filesOf(old.name.String())
	var turns []turn
	for _, c := range milvus.RollingOrder(milvus.Components(next.features, next.topology)) {
		turns = append(turns, turn{pass: p.To, component: c.Name, spec: l.Spec, secured: next.secured()})
	}
	r := roll{
		cell: next, d: old.deployed, name: old.name.String(), clients: p.traffic, intruders: p.intruders,
		patience: p.patience(), within: next.Bounds.Ready,
	}
	p.moments.Halt = time.Now()
	p.err = r.do(ctx, turns)
	p.steps = r.steps
	for _, s := range r.steps {
		p.halt.Seconds += s.Shutdown.Seconds
		p.halt.Killed = p.halt.Killed || s.Shutdown.Killed
	}
	if p.halt.Bound = p.Stop; p.err != nil {
		next.failed = p.err
		return
	}
	next.deployed = old.deployed
	next.boot, next.failed = p.rolledBoot(ctx, l)
	p.moments.Ready = time.Now()
	if _, next.logged, p.err = old.deployed.Log(-1); p.err != nil {
		next.failed = p.err
	}
	next.report(Event{Cell: next.name, What: next.startSummary(), Seconds: next.boot.Seconds})
}

// rolledBoot waits until the whole cluster is ready, once every component was replaced.
func (p *upgradeRun) rolledBoot(ctx context.Context, l launch) (start.Facts, error) {
	c, d := p.next, p.next.deployed
	became := deploy.Await(ctx, d, func(ctx context.Context) error { return c.ready(ctx, d, l.ways()) }, c.Bounds.Ready)
	boot := start.Facts{Ready: became.Ready, Exited: became.Exited, Status: became.Status, Seconds: became.Seconds}
	log, _, err := d.Log(0)
	if err != nil {
		return boot, fmt.Errorf("read log: %w", err)
	}
	explain(&boot, blame(ctx, d, &boot, log))
	return boot, nil
}

// rolled returns what was seen of the components' turns.
func (p *upgradeRun) rolled() observed {
	switch {
	case !p.Rolling:
		return observed{skip: "judged where components are upgraded one after the other (ROLLING=1)"}
	case p.skip != "":
		return observed{skip: p.skip}
	case p.err != nil:
		return observed{err: p.err}
	case len(p.steps) == 0:
		return observed{err: errors.New("no component was replaced")}
	}
	return observed{facts: &rolling.Facts{From: p.From, To: p.To, Steps: p.steps}}
}

// rollingTakes is why an upgrade one component at a time is not asked what takes clusters
// of its own.
const rollingTakes = "judged where a server is upgraded as a whole"
