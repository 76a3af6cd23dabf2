package schedule

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/probe"
)

// stuckBound is how long a server that is right not to become ready is given to
// say so: real ones of 2.5 and 2.6 are ready within 4 s where nothing is wrong.
const stuckBound = 30 * time.Second

// internal tells whether a server is started with something wrong about TLS
// between its components.
func (l launch) internal() bool {
	return slices.Contains([]harness.File{harness.InternalCert, harness.InternalKey, harness.InternalCA}, l.Change.File) ||
		strings.HasPrefix(l.Change.Key, "internaltls.")
}

// stuck tells whether that keeps it from becoming ready. With an empty SNI it
// is the release's own affair.
func (l launch) stuck() bool { return l.internal() && l.Topology.Internal != harness.InternalEmptySNI }

// untilItComplains gives a context that ends a while after the server has said
// that its components refuse each other: it goes on trying for ever.
func (c *cell) untilItComplains(ctx context.Context, d deploy.Deployment) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		if !c.complains(ctx, d) {
			return // the bound ends the wait
		}
		grace := time.NewTimer(c.Bounds.Strife)
		defer grace.Stop()
		select {
		case <-grace.C:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// pollStrife is how often the log of a booting server is looked at, each time
// only at what has come since: it may be long.
const pollStrife = 200 * time.Millisecond

// complains waits until the server says that its components refuse each other,
// and reports false when nobody waits any more.
func (c *cell) complains(ctx context.Context, d deploy.Deployment) bool {
	poll := time.NewTicker(pollStrife)
	defer poll.Stop()
	for offset := int64(0); ; {
		text, _, err := d.Log(offset)
		if err != nil || milvus.InternalTLSError(text) != "" {
			return err == nil
		}
		offset += int64(bytes.LastIndexByte(text, '\n') + 1) // a line may not have ended
		select {
		case <-ctx.Done():
			return false
		case <-poll.C:
		}
	}
}

// takeRepaired starts the topology in which nothing is wrong. The cell's cases
// share what it saw.
func (c *cell) takeRepaired(ctx context.Context) seen {
	return c.startAnother(ctx, c.launch(c.called()+" repaired", c.Scheduler.topology(c.topology.Instead), harness.Start{}), c.surveyed)
}

// holdComponents gives the control of a start in which TLS between components
// is on: the cell's own server, or that of the topology in which nothing is wrong.
func (c *cell) holdComponents(ctx context.Context, l harness.Start, e *harness.Evidence) {
	var control harness.Look
	switch {
	case l.Change != (harness.Change{}):
		control = harness.Start{}.Fit(c.topology)
	case c.topology.Instead != "":
		e.Names = names(c.topology.Internal.Change())
		control = harness.Start{Repaired: true}.Fit(c.topology)
	default:
		return
	}
	s := c.look(ctx, control)
	e.Control, e.Lost = s.facts, s.err
}

// surveyComponents adds to the survey of a server what it logged about TLS
// between its components and, where that is on, what their ports answer, what
// the health address says, and whether the components carry a call through.
func (c *cell) surveyComponents(ctx context.Context, d deploy.Deployment, boot *harness.Boot) error {
	log, _, err := d.Log(0)
	if err != nil {
		return fmt.Errorf("survey components: %w", err)
	}
	found := &harness.Components{}
	found.On, found.Off = milvus.InternalTLS(log)
	boot.Components = found
	if c.topology.Internal == harness.InternalOff || boot.Exited {
		return nil
	}
	for _, port := range c.features.InternalPortsOf() {
		for _, over := range []harness.Wire{harness.WirePlain, harness.WireTLS} {
			way := harness.Attempt{Via: harness.Raw, At: port, Over: over, Trusting: harness.TrustBlind}
			o, err := c.attempt(ctx, d, way.Fit(c.topology).(harness.Attempt))
			if err != nil {
				return fmt.Errorf("survey components: %w", err)
			}
			found.Ports = append(found.Ports, harness.Seen{
				Port: port, Speaks: way.Via, Wire: over, Outcome: o.Outcome(), Peer: o.Peer, As: harness.Nobody,
			})
		}
	}
	health, err := probe.Fetch(ctx, probe.Target{Addr: d.Addr(harness.Management), Bound: c.Bounds.Attempt}, harness.Fetch{Path: "/healthz"})
	if err != nil {
		return fmt.Errorf("survey components: %w", err)
	}
	found.Health = health.Status
	if !boot.Ready {
		return nil
	}
	o, err := c.attempt(ctx, d, harness.Attempt{Via: harness.Go, At: harness.GRPC, Ask: harness.AskSchema}.Fit(c.topology).(harness.Attempt))
	if err != nil {
		return fmt.Errorf("survey components: %w", err)
	}
	found.Schema, found.Said = o.Outcome(), o.Detail
	return nil
}
