package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/requirements"
)

// Nobody slips in while a server is replaced.
var _ = add(harness.Claim{
	ID:           "upgrade-keeps-tls",
	Statement:    "At no moment of an upgrade is a client served in plaintext, or in mode 2 without a certificate.",
	Finding:      "During the upgrade a client in plaintext, or in mode 2 without a certificate, is served.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Keep clients off the network until the new server's port is seen to refuse plaintext.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.NISTClientAuth, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.Upgraded, harness.AnyTLS},
	Cases:        []harness.Case{upgraded("clients that may not be served, throughout", upgrade.AspectIntruders, upgrade.Kept)},
})
