package run

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/probe"
)

// muteBound is how long a component of a server that is not ready is given to answer
// at all: those that do, do within 50 ms, and the data coordinator of a 2.5 that is
// not ready listens and answers nobody (seen on a 2.5.24).
const muteBound = 6 * time.Second

// schemaPatience is how many times as long as a start a change of the schema is
// given by components that have said that they refuse each other. A 2.6.20 that
// is told no name for them says so, says that it is ready, and goes on for ever.
const schemaPatience = 5

// internal reports whether a server is started with something wrong about TLS
// between its components.
func (l launch) internal() bool {
	return l.Topology.Odd.Component != "" || slices.Contains([]harness.File{harness.InternalCert, harness.InternalKey, harness.InternalCA}, l.Change.File) ||
		strings.HasPrefix(l.Change.Key, "internaltls.")
}

// stuck reports whether that keeps it from becoming ready. With an empty SNI it
// is the release's own affair.
func (l launch) stuck() bool { return l.internal() && l.Topology.Internal != harness.InternalEmptySNI }

// patience is how long a server is waited for that has said that its components refuse
// each other. Where that is said of one alone, the others may become ready all the same.
func (l launch) patience(trouble time.Duration) time.Duration {
	if l.Topology.Odd.Component != "" {
		return schemaPatience * trouble
	}
	return trouble
}

// untilItComplains returns a context that ends a while after the server has said
// that its components refuse each other: it goes on trying for ever.
func (c *cell) untilItComplains(ctx context.Context, d deploy.Deployment, patience time.Duration) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		if !c.complains(ctx, d) {
			return // the bound ends the wait
		}
		grace := time.NewTimer(patience)
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
	return c.startAnother(ctx, c.launch(c.called()+" repaired", c.Scheduler.topology(c.topology.RepairedTopology), start.Check{}), c.surveyed)
}

// proveComponents returns the control of a start in which TLS between components
// is on: the cell's own server, or that of the topology in which nothing is wrong.
func (c *cell) proveComponents(ctx context.Context, l start.Check, e *checks.Evidence) {
	var control harness.Check
	switch {
	case l.Change != (harness.ConfigChange{}):
		control = start.Check{}.Resolve(c.topology)
	case c.topology.RepairedTopology != "":
		e.Names, e.Odd = names(c.topology.Internal.Change()), c.topology.Odd.Component
		control = start.Check{Repaired: true}.Resolve(c.topology)
	default:
		return
	}
	s := c.check(ctx, control)
	e.Control, e.ControlErr = s.facts, s.err
}

// surveyComponents adds to the survey of a server what it logged about TLS
// between its components and, where that is on, what their ports answer, what
// the health address says, and whether the components carry a call through.
func (c *cell) surveyComponents(ctx context.Context, d deploy.Deployment, boot *start.Facts) error {
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
	if found.Ports, err = c.surveyInternalPorts(ctx, d, boot.Ready); err != nil {
		return fmt.Errorf("survey components: %w", err)
	}
	health, err := probe.HTTPGet(ctx, probe.Target{Addr: d.Addr(harness.Management), Bound: c.Bounds.Attempt}, "/healthz")
	if err != nil {
		return fmt.Errorf("survey components: %w", err)
	}
	found.Health = health.Status
	found.Unwell = unwell(ctx, d.Capabilities().Cluster)
	found.Named = c.oddNamed(ctx, d)
	if !boot.Ready {
		return nil
	}
	found.Schema, found.Said, err = c.changeSchema(ctx, d)
	return err
}

// surveyInternalPorts asks each port at which components speak what it answers in
// plaintext and over TLS, all at once.
func (c *cell) surveyInternalPorts(ctx context.Context, d deploy.Deployment, ready bool) ([]start.SurveyEntry, error) {
	bound := c.Bounds.Attempt
	if !ready {
		bound = min(bound, muteBound)
	}
	return c.surveyPorts(ctx, d, c.offers.InternalPortsOf(), bound)
}

// surveyPorts asks ports what they answer to nobody, in plaintext and over TLS.
func (c *cell) surveyPorts(ctx context.Context, d deploy.Deployment, ports []harness.Port, bound time.Duration) ([]start.SurveyEntry, error) {
	var all []start.SurveyEntry
	for _, port := range ports {
		for _, over := range []harness.Transport{harness.TransportPlain, harness.TransportTLS} {
			all = append(all, start.SurveyEntry{Port: port, Client: harness.Raw, Transport: over, Identity: harness.Nobody})
		}
	}
	var g errgroup.Group
	for i := range all {
		g.Go(func() error {
			s := &all[i]
			way := harness.Attempt{Client: s.Client, Port: s.Port, Transport: s.Transport, TrustStore: harness.TrustAnything}
			o, err := c.attemptWithin(ctx, d, way.In(c.topology), bound)
			s.Outcome, s.ServerCert = o.Outcome(), o.ServerCert
			return err
		})
	}
	return all, g.Wait()
}

// changeSchema has a collection created, listed, described and dropped. Where
// something is wrong with the components and they have said that they refuse each
// other, it is not waited for as long as where all is well.
func (c *cell) changeSchema(ctx context.Context, d deploy.Deployment) (harness.Outcome, string, error) {
	awaited, give := ctx, func() {}
	if c.topology.Internal != harness.InternalOn || c.topology.Odd.Component != "" {
		awaited, give = c.untilItComplains(ctx, d, schemaPatience*c.Bounds.InternalTrouble)
	}
	defer give()
	o, err := c.attempt(awaited, d, harness.Attempt{Client: harness.Go, Port: harness.GRPC, Request: harness.RequestSchema}.In(c.topology))
	if err != nil && ctx.Err() == nil && awaited.Err() != nil {
		log, _, err := d.Log(0)
		return harness.TimedOut, "given up while its log said: " + milvus.InternalTLSError(log), err
	}
	if err != nil {
		return "", "", fmt.Errorf("survey components: %w", err)
	}
	return o.Outcome(), o.Detail, nil
}
