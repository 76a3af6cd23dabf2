package run

import (
	"context"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// proveAttempt holds an attempt against the same one with its defects repaired.
func (c *cell) proveAttempt(ctx context.Context, a harness.Attempt, _ observed, e *checks.Evidence) {
	c.expect(a, e)
	if control, needed := a.Control(c.topology); needed {
		c.against(ctx, control, e)
	}
}

// expect adds what an attempt is compared with: the certificates that should have been sent and
// shown, and whether the server logs refusals.
func (c *cell) expect(a harness.Attempt, e *checks.Evidence) {
	cert, err := c.certs.Identity(a.Identity)
	if err != nil {
		e.Err = err
		return
	}
	e.ExpectedClientCert = cert.Fingerprint()
	if a.Port.Internal() {
		e.ConfiguredCert = c.certs.Internal().Fingerprint()
	}
	if a.Port.Backend() { // whose certificate Milvus is not configured with
		e.ConfiguredCert = ""
	}
	e.LogsRefusals = c.features[map[harness.Port]harness.Feature{harness.GRPC: harness.LogsGRPC, harness.HTTP: harness.LogsREST}[a.Port.First()]]
}
