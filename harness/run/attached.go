package run

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/access"
	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/checks/httpget"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/probe"
)

var (
	_ = runs((*cell).observeFetch, func(c *cell, ctx context.Context, _ httpget.Check, _ observed, e *checks.Evidence) {
		c.against(ctx, httpget.Presence(c.topology), e)
	})
	_ = runs((*cell).observeCertCheck, nil)
	_ = runs((*cell).observeAccess, nil)
)

// observeAccess returns what a port showed when the deployment was first contacted.
func (c *cell) observeAccess(_ context.Context, l access.Check) observed {
	switch {
	case c.failed != nil:
		return observed{err: c.failed}
	case c.Entry == nil:
		return observed{err: errors.New("the client's way to the port was not examined")}
	}
	facts, err := c.Entry.Access(l.Port)
	if err != nil {
		return observed{err: err}
	}
	one := *facts
	one.Aspect = l.Aspect
	return observed{facts: &one}
}

// obstructed returns what is seen of a check in whose way something is.
func (c *cell) obstructed(l harness.Check, want harness.Outcome) (observed, bool) {
	if c.Entry == nil {
		return observed{}, false
	}
	err := c.Entry.Obstacle(l, want)
	return observed{err: err}, err != nil
}

// past records the finding that a check ignored, if it connects as a client does.
func (c *cell) past(l harness.Check) string {
	if c.Entry != nil && len(c.traits(l).Live.Attempts) > 0 {
		return c.Entry.Past()
	}
	return ""
}

func (c *cell) certCheckFile(l certificate.Check) observed {
	if c.Entry == nil {
		return observed{err: errors.New("no file of CAs is given")}
	}
	all, why, err := c.Entry.CAs(l.CAs)
	if err != nil || why != "" {
		return observed{err: err, skip: why}
	}
	return observed{facts: &certificate.Facts{Trait: l.Trait, CAs: l.CAs, Taken: time.Now().UTC(), Days: l.Days, Certificates: all}}
}

func (c *cell) observeFetch(ctx context.Context, l httpget.Check) observed {
	if c.failed != nil {
		return observed{err: c.failed}
	}
	o, err := c.inTurn(ctx, c.attempts, func() (connection.Observation, error) {
		return probe.HTTPGet(ctx, probe.Target{Addr: c.deployed.Addr(l.Subject().Port), Bound: c.Bounds.Attempt}, l.Path)
	})
	if err == nil {
		err = c.vanished(c.alive.Load(), l.Subject().Port, &o)
	}
	if err != nil {
		return observed{err: err}
	}
	return observed{facts: &o}
}

// vanished reports a port that no longer listens although it did before. A running deployment
// cannot be tested further then.
func (c *cell) vanished(alive *liveness, p harness.Port, o *connection.Observation) error {
	err := alive.gone(p, o)
	if err != nil && c.Entry != nil {
		c.Entry.Gone(err)
	}
	return err
}

// observeCertCheck examines the certificates that a port of a deployment which already runs
// shows, or that the good client has.
func (c *cell) observeCertCheck(ctx context.Context, l certificate.Check) (s observed) {
	switch {
	case c.failed != nil:
		return observed{err: c.failed}
	case l.CAs != "":
		return c.certCheckFile(l)
	case l.Port == "":
		s.facts, s.err = c.clientCertFacts(l)
		return s
	}
	_, err := c.inTurn(ctx, c.attempts, func() (o connection.Observation, err error) {
		chain, seen, err := probe.Certificates(ctx, probe.Target{
			Addr: c.deployed.Addr(l.Port), Attempt: harness.Attempt{Name: c.topology.ServerName}, Bound: c.Bounds.Attempt,
		})
		if s.facts = seen; len(chain) > 0 {
			s.facts = certificate.Taken(chain, l)
		}
		return o, err
	})
	if err != nil {
		return observed{err: err}
	}
	return s
}

// clientCertFacts examines the certificate that the good client shows.
func (c *cell) clientCertFacts(x certificate.Check) (harness.Facts, error) {
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
	return certificate.Taken(chain, x), nil
}
