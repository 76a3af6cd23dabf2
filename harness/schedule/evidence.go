package schedule

import (
	"context"

	"milvus-tls-e2e/harness"
)

// holdAttempt holds an attempt against the same one with its defects repaired.
func (c *cell) holdAttempt(ctx context.Context, a harness.Attempt, _ seen, e *harness.Evidence) {
	c.expect(a, e)
	if control, needed := a.Control(c.topology); needed {
		c.against(ctx, control, e)
	}
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
	if a.At.Internal() {
		e.Configured = c.wallet.Internal().Fingerprint()
	}
	if a.At.Backend() { // whose certificate Milvus is not configured with
		e.Configured = ""
	}
	e.Logged = c.features[map[harness.Port]harness.Feature{harness.GRPC: harness.LogsGRPC, harness.HTTP: harness.LogsREST}[a.At]]
}
