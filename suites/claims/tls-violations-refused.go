package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/requirements"
)

// Clients that break the rules of TLS are refused and do no harm.
var _ = add(harness.Claim{
	ID:           "tls-violations-refused",
	Statement:    "In modes 1 and 2 the server ends the connection of a client that breaks the rules of TLS or speaks something else, answers it nothing of the protocol, and goes on serving others.",
	Finding:      "A client that breaks the rules of TLS is answered, or ends the server.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Let only trusted networks reach the port, or end TLS in a proxy before the server.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases: slices.Concat(
		saying(handshake.Violation),
		saying(handshake.Unfinished),
		findingIfSpoken("A port answers a client without TLS.", saying(handshake.Plaintext)...),
		finding("A client that leaves within its handshake ends the server, or keeps others out.", saying(handshake.Left)...),
	),
})
