package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/requirements"
)

// Suites that are going out of use.
var _ = add(harness.Claim{
	ID:           "legacy-ciphers-refused",
	Statement:    "In mode 1, TLS 1.2 is agreed to with suites alone that have ephemeral keys and authenticated encryption.",
	Finding:      "In mode 1 a port agrees to suites of TLS 1.2 without forward secrecy, or with CBC.",
	Severity:     harness.SeverityLow,
	Remediation:  "Have clients offer TLS 1.3, or ECDHE suites with GCM or ChaCha20 alone; the server chooses among what they offer and has no setting for it.",
	Requirements: []harness.Requirement{requirements.NISTCipherSuites, requirements.BSITLS12},
	Needs:        []harness.Feature{harness.Mode1, harness.Plainest},
	Cases:        saying(handshake.Legacy),
})
