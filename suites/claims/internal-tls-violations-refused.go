package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/requirements"
)

// The same between components.
var _ = add(harness.Claim{
	ID:           "internal-tls-violations-refused",
	Statement:    "With internal TLS on, a component ends the connection of a client that breaks the rules of TLS or speaks something else, answers it nothing of the protocol, and goes on serving others.",
	Finding:      "A component answers a client that breaks the rules of TLS, or ends over it.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Let only the components reach the internal ports.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.InternalAlone},
	Cases: slices.Concat(
		internalSaying(handshake.Violation),
		internalSaying(handshake.Unfinished),
		findingIfSpoken("A component's port answers a client without TLS.", internalSaying(handshake.Plaintext)...),
		finding("A client that leaves within its handshake ends a component, or keeps others out.", internalSaying(handshake.Left)...),
	),
})
