package schedule

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/probe"
)

// takeStanding takes a look that only a deployment which already runs is asked
// for.
func (c *cell) takeStanding(ctx context.Context, l harness.Look) seen {
	if c.failed != nil {
		return seen{err: c.failed}
	}
	o, err := harness.Observation{}, error(nil)
	switch l := l.(type) {
	case harness.Fetch:
		o, err = c.inTurn(ctx, c.attempts, func() (harness.Observation, error) {
			return probe.Fetch(ctx, probe.Target{Addr: c.deployed.Addr(l.Subject().Port), Bound: c.Bounds.Attempt}, l)
		})
	case harness.Examine:
		if l.Of == "" {
			o, err = c.examineClient(l)
			break
		}
		o, err = c.inTurn(ctx, c.attempts, func() (harness.Observation, error) {
			return probe.Certificates(ctx, probe.Target{
				Addr: c.deployed.Addr(l.Of), Attempt: harness.Attempt{Name: c.topology.ServerName}, Bound: c.Bounds.Attempt,
			}, l)
		})
	}
	if err != nil {
		return seen{err: err}
	}
	return seen{observation: &o}
}

// examineClient examines the certificate that the good client shows.
func (c *cell) examineClient(x harness.Examine) (harness.Observation, error) {
	good, err := c.wallet.Identity(harness.Good)
	if err != nil {
		return harness.Observation{}, err
	}
	var chain []*x509.Certificate
	for _, der := range good.TLS().Certificate {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return harness.Observation{}, fmt.Errorf("read the client's certificate: %w", err)
		}
		chain = append(chain, cert)
	}
	if len(chain) == 0 {
		return harness.Observation{}, errors.New("the client has no certificate")
	}
	return harness.Observation{Examined: probe.Examined(chain, x)}, nil
}
