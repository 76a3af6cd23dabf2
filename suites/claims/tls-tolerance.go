package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/handshake"
)

// What TLS wants of servers so that clients of other makes, and newer ones, get in.
var _ = add(harness.Claim{
	ID:          "tls-tolerance",
	Statement:   "In modes 1 and 2 the server goes on with the handshake of a client that uses its freedoms: offers that nobody knows, no server name, a ClientHello in pieces. What it may refuse, it refuses with an alert.",
	Finding:     "A port refuses a client over something that TLS allows clients.",
	Severity:    harness.SeverityMedium,
	Remediation: "Change how the client makes its handshake, or end TLS in a proxy before the server.",
	Needs:       []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases:       slices.Concat(saying(handshake.Tolerated), saying(handshake.Optional)),
})
