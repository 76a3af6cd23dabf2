package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// A port of components that speaks TLS speaks nothing else.
var _ = add(harness.Claim{
	ID:           "internal-ports-tls-only",
	Statement:    "With internal TLS on, every port of the server's components refuses plaintext.",
	Finding:      "With internal TLS on, a component's port answers plaintext.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Treat the internal ports as plaintext: let only the components reach them.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.InternalTLS},
	Live:         true,
	Cases:        components("plaintext", harness.Attempt{Transport: harness.TransportPlain}, harness.RefusedPlaintext),
})
