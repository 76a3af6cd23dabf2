package run

import (
	"context"
	"slices"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/resilience"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/probe"
)

// judgeLast judges what may end the cell's server, when nothing else needs it any more, and
// one after the other: first what shows no certificate but the good client's.
func (c *cell) judgeLast(ctx context.Context) {
	var last []int
	for _, i := range c.index[c.name] {
		if c.waits(i) && c.traits(c.caseOf(i).Check).Phase == harness.PhaseLast {
			last = append(last, i)
		}
	}
	slices.SortStableFunc(last, func(a, b int) int {
		switch {
		case c.hostile(a) == c.hostile(b):
			return 0
		case c.hostile(b):
			return -1
		}
		return 1
	})
	for _, i := range last {
		if ctx.Err() == nil {
			c.judge(ctx, i)
		}
		c.give(i)
	}
	c.endReplacement()
}

var _ = runs((*cell).observeResilience, nil)

// observeResilience makes a resilience check, with good clients before and after.
func (c *cell) observeResilience(ctx context.Context, l resilience.Check) observed {
	if s, spared := c.spared(l.Port); spared {
		return s
	}
	return c.undergo(ctx, func(d deploy.Deployment, offset int64) (harness.Facts, error) {
		begin := time.Now()
		before, err := c.healthChecks(ctx, d, l.HealthChecks())
		o := resilience.Facts{Identity: l.Identity, Idle: l.Idle, Before: before}
		if err == nil && resilience.AllServed(before) {
			err = c.endure(ctx, d, l, &o)
		}
		if err == nil {
			o.Exited, o.Status, o.Last, err = c.exitOf(d, offset)
		}
		o.Seconds = time.Since(begin).Seconds()
		return &o, err
	})
}

// endure makes the attack, and then sends good clients.
func (c *cell) endure(ctx context.Context, d deploy.Deployment, l resilience.Check, o *resilience.Facts) error {
	release := func() {}
	if l.Identity != "" {
		if err := c.show(ctx, d, l, o); err != nil {
			return err
		}
	} else {
		held, err := c.holdConnections(ctx, d, l)
		if err != nil {
			return err
		}
		defer held.Close()
		release = held.Close
		o.Tried, o.Reached, o.Ends, o.Held = held.Tried, held.Reached, held.Ends, held.Open()
	}
	var err error
	if o.After, err = c.healthChecks(ctx, d, l.HealthChecks()); err != nil || resilience.AllServed(o.After) {
		return err
	}
	release()
	if c.awaitExit(ctx, d) {
		return nil
	}
	o.Again, err = c.healthChecks(ctx, d, l.HealthChecks())
	return err
}

// show lets clients at the server that show a hostile certificate, one after the
// other, until it is over or the server has ended.
func (c *cell) show(ctx context.Context, d deploy.Deployment, l resilience.Check, o *resilience.Facts) error {
	cert, err := c.certs.Hostile(l.Identity)
	if err != nil {
		return err
	}
	target, err := c.healthTarget(d, harness.Attempt{Client: harness.Raw, Port: l.Port})
	if err != nil {
		return err
	}
	target.Attempt.Identity, target.Cert = l.Identity, cert
	for range l.Times() {
		o.Tried++
		saw, err := c.probe(ctx, target)
		switch {
		case err != nil:
			return err
		case saw.Outcome() == harness.Served:
			o.Served++
		case saw.Alert != nil:
			o.End(saw.Alert.String())
		default:
			o.End(string(saw.End))
		}
		if saw.CertRequested && saw.ClientCert == cert.Fingerprint() {
			o.Reached++
		}
		o.Longest = max(o.Longest, saw.Seconds)
		if ended(d) {
			return nil
		}
	}
	return nil
}

var idleness = map[resilience.Idle]probe.Idleness{
	resilience.IdleSilent: probe.HoldSilent, resilience.IdleHalf: probe.HoldHalf, resilience.IdleShaken: probe.HoldShaken,
}

func (c *cell) holdConnections(ctx context.Context, d deploy.Deployment, l resilience.Check) (held *probe.Held, err error) {
	target, err := c.healthTarget(d, harness.Attempt{Client: harness.Raw, Port: l.Port})
	if err != nil {
		return nil, err
	}
	_, err = c.inTurn(ctx, c.attempts, func() (connection.Observation, error) {
		held, err = probe.Hold(ctx, target, idleness[l.Idle], l.Times())
		return connection.Observation{}, err
	})
	return held, err
}

// healthChecks lets good clients at the server, until one of them is not served.
func (c *cell) healthChecks(ctx context.Context, d deploy.Deployment, good []harness.Attempt) (all []resilience.HealthCheck, err error) {
	for _, a := range good {
		g, err := c.healthCheck(ctx, d, a)
		if err != nil {
			return nil, err
		}
		if all = append(all, g); g.Outcome != harness.Served {
			return all, nil
		}
	}
	return all, nil
}

func (c *cell) healthCheck(ctx context.Context, d deploy.Deployment, a harness.Attempt) (resilience.HealthCheck, error) {
	target, err := c.healthTarget(d, a)
	if err != nil {
		return resilience.HealthCheck{}, err
	}
	o, err := c.probe(ctx, target)
	if err != nil {
		return resilience.HealthCheck{}, err
	}
	g := resilience.HealthCheck{Client: a.Client, Outcome: o.Outcome(), Seconds: o.Seconds}
	if g.Outcome != harness.Served {
		g.Detail = o.Detail
	}
	return g, nil
}

func (c *cell) healthTarget(d deploy.Deployment, a harness.Attempt) (probe.Target, error) {
	target, err := c.target(d, a.In(c.topology))
	target.Bound = c.Bounds.Resilience
	return target, err
}

// hostile reports whether a case sends a certificate other than the good client's.
func (c *cell) hostile(i int) bool { return c.caseOf(i).Check.Subject().Identity != harness.Good }
