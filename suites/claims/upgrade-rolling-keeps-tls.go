package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/requirements"
)

// Components of two releases speak TLS to each other and to clients.
var _ = add(harness.Claim{
	ID:           "upgrade-rolling-keeps-tls",
	Statement:    "After no step of a rolling upgrade does a port answer in plaintext that is configured for TLS, and no client is served without it.",
	Finding:      "During a rolling upgrade a port that is configured for TLS answers in plaintext.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Stop the rolling upgrade at this component, and upgrade the cluster as a whole.",
	Requirements: []harness.Requirement{requirements.PCITransit},
	Needs:        []harness.Feature{harness.Upgraded, harness.RolledOver, harness.AnyTLS},
	Cases:        rolledThrough(rolling.Release, rolling.Encrypts),
})
