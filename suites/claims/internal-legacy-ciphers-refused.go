package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/requirements"
)

// The same between components.
var _ = add(harness.Claim{
	ID:           "internal-legacy-ciphers-refused",
	Statement:    "With internal TLS on, components agree to suites of TLS 1.2 alone that have ephemeral keys and authenticated encryption.",
	Finding:      "A component's port agrees to suites of TLS 1.2 without forward secrecy, or with CBC.",
	Severity:     harness.SeverityLow,
	Remediation:  "Let only the components reach the internal ports: they agree on TLS 1.3 among themselves.",
	Requirements: []harness.Requirement{requirements.NISTCipherSuites, requirements.BSITLS12},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.InternalAlone},
	Cases:        internalSaying(handshake.Legacy),
})
