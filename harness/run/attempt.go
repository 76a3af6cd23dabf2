package run

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
)

// Every Milvus with users on starts with this one (read in its documentation,
// seen on 2.2.16 and 2.3.5).
var rootUser = probe.Credentials{User: "root", Password: "Milvus"}

// scratch numbers the collections of attempts, so that each has its own.
var scratch atomic.Int64

// attempt makes one attempt against a deployment, and joins to a refusal what
// the server logged about it.
func (c *cell) attempt(ctx context.Context, d deploy.Deployment, a harness.Attempt) (connection.Observation, error) {
	return c.attemptWithin(ctx, d, a, 0)
}

// attemptWithin makes one that is given no longer than a bound, where it is not zero.
func (c *cell) attemptWithin(ctx context.Context, d deploy.Deployment, a harness.Attempt, bound time.Duration) (connection.Observation, error) {
	target, err := c.target(d, a)
	if err != nil {
		return connection.Observation{}, err
	}
	if bound > 0 {
		target.Bound = min(target.Bound, bound)
	}
	_, offset, err := d.Log(-1)
	if err != nil {
		return connection.Observation{}, fmt.Errorf("read log: %w", err)
	}
	o, err := c.probe(ctx, target)
	if alive := c.alive.Load(); err == nil && alive != nil && d == alive.d {
		err = c.vanished(alive, a.Port, &o)
	}
	if err != nil {
		return o, err
	}
	// A client that reports no reason leaves no alert: then the log line is evidence, but not
	// required.
	unsaid := o.SelfReportOnly && o.End == connection.EndUnclear
	if o.Alert == nil && !unsaid || o.Local == "" || o.Plaintext {
		return o, nil
	}
	logged := c.Bounds.Log
	if unsaid {
		logged /= 20
	}
	if c.topology.Attached {
		logged += milvus.LogDelay(c.server.Version)
	}
	if a.Port.Backend() || !c.features[harness.LogsGRPC] && a.Port.First() == harness.GRPC || !c.features[harness.LogsREST] && a.Port.First() == harness.HTTP {
		logged = time.Millisecond // such a line is not to be expected
	}
	o.Log, err = deploy.AwaitLog(ctx, d, offset, milvus.Refusal(o.Local), logged)
	return o, err
}

// fills reports whether an attempt makes a collection and puts rows into it.
func fills(a harness.Request) bool {
	return a == harness.RequestData || a == harness.RequestCanary || a == harness.RequestStored
}

// probe makes an attempt when it is its turn. One that fills a collection in the run's own
// server needs no turn, since it mostly waits for the server. On a server that replaced another
// one, it waits until that accepts new collections.
func (c *cell) probe(ctx context.Context, t probe.Target) (o connection.Observation, err error) {
	p := c.Probes[t.Attempt.Client]
	if p == nil {
		return o, fmt.Errorf("there is no probe for the client %q", t.Attempt.Client)
	}
	if t.Attempt.Request == harness.RequestData && c.upgrade != nil {
		<-c.upgrade.settled
	}
	if fills(t.Attempt.Request) && c.Pace == nil {
		return p.Observe(ctx, t)
	}
	turn := c.attempts
	if _, here := probe.All[t.Attempt.Client]; !here && c.Pace == nil {
		turn = c.foreign // which wait longer than they work
	}
	return c.inTurn(ctx, turn, func() (connection.Observation, error) { return p.Observe(ctx, t) })
}

// inTurn waits for a turn, and for the pace where one is to be kept.
func (c *cell) inTurn(ctx context.Context, turn chan struct{}, do func() (connection.Observation, error)) (connection.Observation, error) {
	turn <- struct{}{}
	defer func() { <-turn }()
	if c.Pace != nil {
		if err := c.Pace(ctx); err != nil {
			return connection.Observation{}, err
		}
	}
	return do()
}

func (c *cell) target(d deploy.Deployment, a harness.Attempt) (probe.Target, error) {
	cert, err := c.certs.Identity(a.Identity)
	if err != nil {
		return probe.Target{}, err
	}
	t := probe.Target{
		Attempt: a, Addr: c.recorder.around(a.Port, d.Addr(a.Port)), Cert: cert, Trusted: trusted(c.certs, a), Release: c.features,
		Scratch: fmt.Sprintf("%s_%d", cmp.Or(c.Scratch, "e2e"), scratch.Add(1)), Bound: c.Bounds.Attempt,
		Files: probe.ClientFiles{CA: c.files.Trust(a.TrustStore)},
		Ended: c.topology.Attached, // there it is a finding of its own, and must hide no other
	}
	if a.Identity != harness.Nobody {
		t.Files.Cert, t.Files.Key = c.files.Client(a.Identity)
	}
	if a.ClientConfig == harness.ConfigSecond {
		t.Good.CA = c.files.Trust(harness.TrustCA)
		t.Good.Cert, t.Good.Key = c.files.Client(harness.Good)
	}
	if a.Request == harness.RequestData {
		t.Bound = c.Bounds.Data
	}
	switch a.Login {
	case harness.LoginRoot:
		t.Users = c.Users
	case harness.LoginWrong:
		t.Users = probe.Credentials{User: c.Users.User, Password: "this-is-not-the-password"}
	case harness.LoginNone:
	}
	return t, nil
}

// awaitRefusalLog waits until a ready server logs refused clients. A real 2.3.5 sets up gRPC's
// logger only some time after it serves (seen: several refusals later), and an earlier refusal
// leaves no log line.
func (c *cell) awaitRefusalLog(ctx context.Context, d deploy.Deployment) {
	if c.topology.Attached || !c.topology.TLS() || !c.features[harness.LogsGRPC] {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, c.Bounds.Log)
	defer cancel()
	intruder := harness.Attempt{Client: harness.Raw, Port: harness.GRPC, Transport: harness.TransportPlain}.In(c.topology)
	for ctx.Err() == nil {
		_, offset, err := d.Log(-1)
		if err != nil {
			return
		}
		target, err := c.target(d, intruder)
		if err != nil {
			return
		}
		o, err := probe.All[harness.Raw].Observe(ctx, target)
		if err != nil || o.Answer != "" {
			return // the port is no TLS port, which the cases will find out
		}
		line, err := deploy.AwaitLog(ctx, d, offset, milvus.Refusal(o.Local), c.Bounds.Log/20)
		if err != nil || line != "" {
			return
		}
	}
}

func trusted(w *pki.CertSet, a harness.Attempt) *x509.CertPool {
	switch a.TrustStore {
	case harness.TrustServer:
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(w.Server().CertPEM())
		return pool
	case harness.TrustOther:
		return w.OtherCA().Pool()
	case harness.TrustCA, harness.TrustAnything:
	}
	if a.Port.Internal() {
		return w.InternalTrusted()
	}
	return w.Trusted()
}
