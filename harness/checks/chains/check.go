// Package chains is about whether a server accepts the same client certificate chains as
// the crypto/x509 of the Go that it is built with.
package chains

import (
	"fmt"

	"milvus-tls-e2e/harness"
)

// A Check shows a port many chains, each on a connection of its own, and holds what became
// of each client against crypto/x509.
type Check struct {
	Port   harness.Port
	Sample int // how many chains; 0 means all of them
}

// Resolve returns the check itself: it leaves nothing to the topology.
func (c Check) Resolve(harness.Topology) harness.Check { return c }

// Traits give that it comes last: a server that is shown thousands of chains has no time
// for others.
func (Check) Traits(harness.Topology) harness.Traits {
	return harness.Traits{Phase: harness.PhaseLast, Live: harness.Live{Never: "it makes thousands of connections, and is done only to servers that are started for it"}}
}

// Subject returns the raw client as the identity that its control has: the chains are many.
func (c Check) Subject() harness.Subject {
	return harness.Subject{Client: harness.Raw, Port: c.Port, Identity: harness.Good}
}

func (c Check) String() string {
	if c.Sample == 0 {
		return fmt.Sprintf("raw at %s with every chain of BetterTLS, issued for clients", c.Port)
	}
	return fmt.Sprintf("raw at %s with %d of the chains of BetterTLS, issued for clients", c.Port, c.Sample)
}

// HealthCheck is the attempt of a good client, before the chains and after them.
func (c Check) HealthCheck() harness.Attempt {
	return harness.Attempt{Client: harness.Raw, Port: c.Port}
}
