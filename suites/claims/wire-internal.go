package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// Traffic between components cannot be read on the wire.
var _ = add(harness.Claim{
	ID:           "wire-internal",
	Statement:    "With internal TLS on, nothing that the components send each other can be read on the wire.",
	Finding:      "With internal TLS on, data between the components crosses the network in plaintext.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Keep the components on a network of their own until the release encrypts all of it.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.HasInternalTLS, harness.InternalTLS},
	Cases:        []harness.Case{hidden("between components", harness.AllInternal)},
})
