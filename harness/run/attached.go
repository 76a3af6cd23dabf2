package run

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/probe"
)

var (
	_ = runs((*cell).observeFetch, func(c *cell, ctx context.Context, _ harness.HTTPGet, _ observed, e *harness.Evidence) {
		c.against(ctx, harness.Presence(c.topology), e)
	})
	_ = runs((*cell).observeCertCheck, nil)
)

// observeFetch fetches something from a deployment that already runs.
func (c *cell) observeFetch(ctx context.Context, l harness.HTTPGet) observed {
	if c.failed != nil {
		return observed{err: c.failed}
	}
	o, err := c.inTurn(ctx, c.attempts, func() (harness.Observation, error) {
		return probe.HTTPGet(ctx, probe.Target{Addr: c.deployed.Addr(l.Subject().Port), Bound: c.Bounds.Attempt}, l)
	})
	if err == nil {
		err = c.alive.Load().gone(l.Subject().Port, &o)
	}
	if err != nil {
		return observed{err: err}
	}
	return observed{facts: &o}
}

// observeCertCheck examines the certificates that a port of a deployment which already runs
// shows, or that the good client has.
func (c *cell) observeCertCheck(ctx context.Context, l harness.CertCheck) (s observed) {
	switch {
	case c.failed != nil:
		return observed{err: c.failed}
	case l.Port == "":
		s.facts, s.err = c.clientCertFacts(l)
		return s
	}
	_, err := c.inTurn(ctx, c.attempts, func() (o harness.Observation, err error) {
		s.facts, err = probe.Certificates(ctx, probe.Target{
			Addr: c.deployed.Addr(l.Port), Attempt: harness.Attempt{Name: c.topology.ServerName}, Bound: c.Bounds.Attempt,
		}, l)
		return o, err
	})
	if err != nil {
		return observed{err: err}
	}
	return s
}

// clientCertFacts examines the certificate that the good client shows.
func (c *cell) clientCertFacts(x harness.CertCheck) (harness.Facts, error) {
	good, err := c.certs.Identity(harness.Good)
	if err != nil {
		return nil, err
	}
	var chain []*x509.Certificate
	for _, der := range good.TLS().Certificate {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("read the client's certificate: %w", err)
		}
		chain = append(chain, cert)
	}
	if len(chain) == 0 {
		return nil, errors.New("the client has no certificate")
	}
	return probe.CertFacts(chain, x), nil
}
