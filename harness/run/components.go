package run

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/httpget"
	"milvus-tls-e2e/harness/checks/start"
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
		grace := time.NewTimer(c.Bounds.InternalTrouble)
		defer grace.Stop()
		select {
		case <-grace.C:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// pollInternalTrouble is how often the log of a booting server is looked at, each time
// only at what has come since: it may be long.
const pollInternalTrouble = 200 * time.Millisecond

// complains waits until the server says that its components refuse each other,
// and reports false when nobody waits any more.
func (c *cell) complains(ctx context.Context, d deploy.Deployment) bool {
	poll := time.NewTicker(pollInternalTrouble)
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

// observeRepaired starts the topology in which nothing is wrong. The cell's cases
// share what it saw.
func (c *cell) observeRepaired(ctx context.Context) observed {
	return c.startAnother(ctx, c.launch(c.called()+" repaired", c.Scheduler.topology(c.topology.RepairedTopology), start.Start{}), c.surveyed)
}

// proveComponents gives the control of a start in which TLS between components
// is on: the cell's own server, or that of the topology in which nothing is wrong.
func (c *cell) proveComponents(ctx context.Context, l start.Start, e *checks.Evidence) {
	var control harness.Check
	switch {
	case l.Change != (harness.ConfigChange{}):
		control = start.Start{}.Resolve(c.topology)
	case c.topology.RepairedTopology != "":
		e.Names = names(c.topology.Internal.Change())
		control = start.Start{Repaired: true}.Resolve(c.topology)
	default:
		return
	}
	s := c.check(ctx, control)
	e.Control, e.ControlErr = s.facts, s.err
}

// surveyComponents adds to the survey of a server what it logged about TLS
// between its components and, where that is on, what their ports answer, what
// the health address says, and whether the components carry a call through.
func (c *cell) surveyComponents(ctx context.Context, d deploy.Deployment, boot *start.StartResult) error {
	log, _, err := d.Log(0)
	if err != nil {
		return fmt.Errorf("survey components: %w", err)
	}
	found := &start.Components{}
	found.On, found.Off = milvus.InternalTLS(log)
	boot.Components = found
	if c.topology.Internal == harness.InternalOff || boot.Exited {
		return nil
	}
	for _, port := range c.features.InternalPortsOf() {
		for _, over := range []harness.Transport{harness.TransportPlain, harness.TransportTLS} {
			way := harness.Attempt{Client: harness.Raw, Port: port, Transport: over, TrustStore: harness.TrustAnything}
			o, err := c.attempt(ctx, d, way.In(c.topology))
			if err != nil {
				return fmt.Errorf("survey components: %w", err)
			}
			found.Ports = append(found.Ports, start.SurveyEntry{
				Port: port, Client: way.Client, Transport: over, Outcome: o.Outcome(), ServerCert: o.ServerCert, Identity: harness.Nobody,
			})
		}
	}
	health, err := probe.HTTPGet(ctx, probe.Target{Addr: d.Addr(harness.Management), Bound: c.Bounds.Attempt}, httpget.HTTPGet{Path: "/healthz"})
	if err != nil {
		return fmt.Errorf("survey components: %w", err)
	}
	found.Health = health.Status
	if !boot.Ready {
		return nil
	}
	o, err := c.attempt(ctx, d, harness.Attempt{Client: harness.Go, Port: harness.GRPC, Request: harness.RequestSchema}.In(c.topology))
	if err != nil {
		return fmt.Errorf("survey components: %w", err)
	}
	found.Schema, found.Said = o.Outcome(), o.Detail
	return nil
}
