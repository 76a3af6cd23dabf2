package schedule

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/probe"
)

var (
	_ = runs((*cell).takeFetch, func(c *cell, ctx context.Context, _ harness.Fetch, _ seen, e *harness.Evidence) {
		c.against(ctx, harness.Presence(c.topology), e)
	})
	_ = runs((*cell).takeExamine, nil)
)

// takeFetch fetches something from a deployment that already runs.
func (c *cell) takeFetch(ctx context.Context, l harness.Fetch) seen {
	if c.failed != nil {
		return seen{err: c.failed}
	}
	o, err := c.inTurn(ctx, c.attempts, func() (harness.Observation, error) {
		return probe.Fetch(ctx, probe.Target{Addr: c.deployed.Addr(l.Subject().Port), Bound: c.Bounds.Attempt}, l)
	})
	if err == nil {
		err = c.alive.Load().gone(l.Subject().Port, &o)
	}
	if err != nil {
		return seen{err: err}
	}
	return seen{facts: &o}
}

// takeExamine examines the certificates that a port of a deployment which already runs
// shows, or that the good client has.
func (c *cell) takeExamine(ctx context.Context, l harness.Examine) (s seen) {
	switch {
	case c.failed != nil:
		return seen{err: c.failed}
	case l.Of == "":
		s.facts, s.err = c.examineClient(l)
		return s
	}
	_, err := c.inTurn(ctx, c.attempts, func() (o harness.Observation, err error) {
		s.facts, err = probe.Certificates(ctx, probe.Target{
			Addr: c.deployed.Addr(l.Of), Attempt: harness.Attempt{Name: c.topology.ServerName}, Bound: c.Bounds.Attempt,
		}, l)
		return o, err
	})
	if err != nil {
		return seen{err: err}
	}
	return s
}

// examineClient examines the certificate that the good client shows.
func (c *cell) examineClient(x harness.Examine) (harness.Facts, error) {
	good, err := c.wallet.Identity(harness.Good)
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
	return probe.Examined(chain, x), nil
}
