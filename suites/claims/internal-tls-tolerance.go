package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/handshake"
)

// The same between components.
var _ = add(harness.Claim{
	ID:          "internal-tls-tolerance",
	Statement:   "With internal TLS on, a component goes on with the handshake of a client that uses its freedoms: offers that nobody knows, no server name, a ClientHello in pieces. What it may refuse, it refuses with an alert.",
	Finding:     "A component's port refuses a client over something that TLS allows clients.",
	Severity:    harness.SeverityLow,
	Remediation: "Keep components of one release together: they make the same handshakes.",
	Since:       ">= 2.5",
	Needs:       []harness.Feature{harness.InternalAlone},
	Cases:       slices.Concat(internalSaying(handshake.Tolerated), internalSaying(handshake.Optional)),
})
