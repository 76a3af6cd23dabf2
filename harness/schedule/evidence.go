package schedule

import (
	"context"

	"milvus-tls-e2e/harness"
)

// evidence puts together what Judge looks at.
func (c *cell) evidence(ctx context.Context, l harness.Look, saw seen) harness.Evidence {
	e := harness.Evidence{Saw: saw.observation, Err: saw.err}
	if c.wallet == nil {
		return e
	}
	e.Configured = c.wallet.Server().Fingerprint()
	against := func(s seen) { e.Control, e.Lost = s.observation, s.err }
	switch l := l.(type) {
	case harness.Attempt:
		c.expect(l, &e)
		if control, needed := l.Control(c.topology); needed {
			against(c.look(ctx, control))
		}
	case harness.Rotation:
		c.expect(l.Attempt, &e)
		if l.Restarted && c.rotation.renewed != nil {
			e.Configured = c.rotation.renewed.Server().Fingerprint()
		}
		if control, needed := l.Control(c.topology); needed {
			against(c.look(ctx, control))
		}
	case harness.Parity:
		best := sound.Fit(c.topology).(harness.Attempt)
		if control, needed := best.Control(c.topology); needed {
			best = control // where even that one has reason to refuse the server
		}
		against(c.look(ctx, best))
	case harness.Crossing:
		plain := c.plainly(ctx, c.name.Version)
		against(plain.look(ctx, l.Fit(plain.topology)))
	case harness.Beside:
		against(c.look(ctx, l.Other()))
	case harness.Fetch:
		against(c.look(ctx, harness.Presence(c.topology)))
	case harness.Start:
		e.Names = names(l.Change)
		if l.Change.Manifest != "" {
			e.Names = c.namesIn(l.Change.Manifest)
		}
		e.Internal = c.topology.Internal != harness.InternalOff
		e.At = l.At
		switch {
		case e.Internal:
			c.holdComponents(ctx, l, &e)
		case e.Saw != nil && !e.Saw.Boot.Ready:
			e.Control, e.Lost = c.startControl(ctx, l.Change)
		}
		if c.boot.Ready {
			e.Readied = c.boot.Seconds
		}
	}
	return e
}

// expect says what an attempt is held against: what it should have shown and been
// shown, and whether the server logs whom it refuses.
func (c *cell) expect(a harness.Attempt, e *harness.Evidence) {
	cert, err := c.wallet.Identity(a.As)
	if err != nil {
		e.Err = err
		return
	}
	e.Meant = cert.Fingerprint()
	e.Engineless = a.Ask == harness.AskData && c.features[harness.NoVectorEngine]
	if a.At.Internal() {
		e.Configured = c.wallet.Internal().Fingerprint()
	}
	if a.At.Backend() { // whose certificate Milvus is not configured with
		e.Configured = ""
	}
	e.Logged = c.features[map[harness.Port]harness.Feature{harness.GRPC: harness.LogsGRPC, harness.HTTP: harness.LogsREST}[a.At]]
}
