package schedule

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/probe"
)

// judgeOrdeals judges the cell's ordeals, when nothing else needs its server any
// more, and one after the other: those that only hold connections first.
func (c *cell) judgeOrdeals(ctx context.Context) {
	var ordeals []int
	for _, i := range c.index[c.name] {
		if c.waits(i) && isA[harness.Ordeal](c.caseOf(i).Look) {
			ordeals = append(ordeals, i)
		}
	}
	hostile := func(i int) string { return c.caseOf(i).Look.(harness.Ordeal).As }
	slices.SortStableFunc(ordeals, func(a, b int) int {
		return cmp.Compare(min(1, len(hostile(a))), min(1, len(hostile(b))))
	})
	for _, i := range ordeals {
		if ctx.Err() == nil {
			c.judge(ctx, i)
		}
		c.give(i)
	}
	c.endSpare()
}

var _ = runs((*cell).takeOrdeal, nil)

// takeOrdeal does to a server what the ordeal says, and lets good clients at it
// before and after.
func (c *cell) takeOrdeal(ctx context.Context, l harness.Ordeal) seen {
	if s, down := c.down(); down {
		return s
	}
	if why := c.spared(l); why != "" {
		return seen{skip: why}
	}
	return c.onceMore(ctx, c.called(), func(string) seen { return c.undergo(ctx, l) })
}

// undergo has a server undergo an ordeal: the cell's, or one in its place.
func (c *cell) undergo(ctx context.Context, l harness.Ordeal) seen {
	d, err := c.whole(ctx)
	if err != nil {
		return seen{err: err}
	}
	begin := time.Now()
	_, offset, err := d.Log(-1)
	if err != nil {
		return seen{err: fmt.Errorf("read log: %w", err)}
	}
	before, err := c.guests(ctx, d, l)
	o := harness.Endured{Showed: l.As, Idle: l.Idle, Before: before}
	if err == nil && harness.Welcome(before) {
		err = c.endure(ctx, d, l, &o)
	}
	if err == nil {
		err = c.fate(d, offset, &o)
	}
	if err != nil {
		return seen{err: err}
	}
	o.Seconds = time.Since(begin).Seconds()
	return seen{facts: &o}
}

// spared says why nothing is done to the cell's server.
func (c *cell) spared(l harness.Ordeal) string {
	if c.Plan.Upgrade != nil {
		return "it may end a server, and this one is part of an upgrade"
	}
	host, _, err := net.SplitHostPort(c.deployed.Addr(l.At))
	if ip := net.ParseIP(host); err != nil || c.topology.Standing || ip == nil || !ip.IsLoopback() {
		return "it is done only to servers that the run has started and that listen on this machine's loopback, and this one is at " + c.deployed.Addr(l.At)
	}
	return ""
}

// endure does what the ordeal says to the server, and lets good clients at it.
func (c *cell) endure(ctx context.Context, d deploy.Deployment, l harness.Ordeal, o *harness.Endured) error {
	release := func() {}
	if l.As != "" {
		if err := c.show(ctx, d, l, o); err != nil {
			return err
		}
	} else {
		held, err := c.hold(ctx, d, l)
		if err != nil {
			return err
		}
		defer held.Close()
		release = held.Close
		o.Tried, o.Reached, o.Ends, o.Held = held.Endured.Tried, held.Endured.Reached, held.Endured.Ends, held.Open()
	}
	var err error
	if o.After, err = c.guests(ctx, d, l); err != nil || harness.Welcome(o.After) {
		return err
	}
	release()
	if c.gone(ctx, d) {
		return nil
	}
	o.Again, err = c.guests(ctx, d, l)
	return err
}

// show lets clients at the server that show a hostile certificate, one after the
// other, until it is over or the server has ended.
func (c *cell) show(ctx context.Context, d deploy.Deployment, l harness.Ordeal, o *harness.Endured) error {
	cert, err := c.wallet.Hostile(l.As)
	if err != nil {
		return err
	}
	target, err := c.guest(d, harness.Attempt{Via: harness.Raw, At: l.At})
	if err != nil {
		return err
	}
	target.Attempt.As, target.Cert = l.As, cert
	for range l.Times() {
		o.Tried++
		saw, err := c.observe(ctx, target)
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
		if saw.Asked && saw.Sent == cert.Fingerprint() {
			o.Reached++
		}
		o.Longest = max(o.Longest, saw.Seconds)
		if ended(d) {
			return nil
		}
	}
	return nil
}

// hold has connections opened and left.
func (c *cell) hold(ctx context.Context, d deploy.Deployment, l harness.Ordeal) (held *probe.Held, err error) {
	target, err := c.guest(d, harness.Attempt{Via: harness.Raw, At: l.At})
	if err != nil {
		return nil, err
	}
	_, err = c.inTurn(ctx, c.attempts, func() (harness.Observation, error) {
		held, err = probe.Hold(ctx, target, l.Idle, l.Times())
		return harness.Observation{}, err
	})
	return held, err
}

// guests lets good clients at the server, until one of them is not served.
func (c *cell) guests(ctx context.Context, d deploy.Deployment, l harness.Ordeal) (all []harness.Guest, err error) {
	for _, a := range l.Guests() {
		target, err := c.guest(d, a)
		if err != nil {
			return nil, err
		}
		o, err := c.observe(ctx, target)
		if err != nil {
			return nil, err
		}
		g := harness.Guest{Client: a.Via, Outcome: o.Outcome(), Seconds: o.Seconds}
		if all = append(all, g); g.Outcome != harness.Served {
			all[len(all)-1].Detail = o.Detail
			return all, nil
		}
	}
	return all, nil
}

// guest is the target of a good client.
func (c *cell) guest(d deploy.Deployment, a harness.Attempt) (probe.Target, error) {
	target, err := c.target(d, a.Fit(c.topology).(harness.Attempt))
	target.Bound = c.Bounds.Ordeal
	return target, err
}
