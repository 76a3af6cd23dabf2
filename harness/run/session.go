package run

import (
	"context"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/session"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/probe"
)

// validFor is how long a certificate is valid that ends during a check: long enough for a handshake
// on a busy machine. Certificates end on whole seconds, so that up to one of these is lost.
const validFor = 3 * time.Second

var _ = runs((*cell).observeSession, nil)

func (c *cell) observeSession(ctx context.Context, l session.Check) observed {
	if s, spared := c.spared(l.Port); spared {
		return s
	}
	target, err := c.healthTarget(c.deployed, l.Attempt())
	if err != nil {
		return observed{err: err}
	}
	f := &session.Facts{}
	if err = c.outlive(ctx, l, target, f); err == nil {
		target.Ticket = &probe.Ticket{}
		for range 2 { // the second one has the first one's ticket
			if f.Compare, err = c.probe(ctx, target); err != nil {
				break
			}
		}
	}
	return observed{facts: f, err: err}
}

// outlive connects with a certificate before it ends, and again afterwards.
func (c *cell) outlive(ctx context.Context, l session.Check, target probe.Target, f *session.Facts) error {
	target.Ticket = &probe.Ticket{}
	begin, end := time.Now(), time.Time{}
	var err error
	f.Began, err = c.inTurn(ctx, c.attempts, func() (connection.Observation, error) {
		end = time.Now().Add(validFor).Truncate(time.Second) // here, since waiting for a turn may take longer
		var err error
		if target.Cert, err = c.certs.EndingAt(end, l.Ended == session.Issuer); err != nil {
			return connection.Observation{}, err
		}
		return probe.All[harness.Raw].Observe(ctx, target)
	})
	if f.Ticket = target.Ticket.Given(); err != nil || !f.Ticket {
		return err
	}
	const beyond = 50 * time.Millisecond // a certificate is valid until its last second has passed
	ended := time.NewTimer(time.Until(end) + beyond)
	defer ended.Stop()
	select {
	case <-ended.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	f.Waited = time.Since(begin).Seconds()
	f.After, err = c.probe(ctx, target)
	return err
}
