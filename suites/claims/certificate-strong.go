package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/requirements"
)

// Certificates are worth what their keys and signatures are.
var _ = add(harness.Claim{
	ID: "certificate-strong",
	Statement: "The certificates that the ports and the client show have a key of at least RSA 2048, ECDSA P-256 or Ed25519, " +
		"and are signed with SHA-256 or better.",
	Finding:      "A certificate that a port or the client shows has a weak key or a weak signature.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Issue the certificate again with a stronger key or signature, and restart the server.",
	Requirements: []harness.Requirement{requirements.NISTServerCert, requirements.PCIStrength, requirements.PCIInventory, requirements.BSIKeys, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:         true,
	Cases:        certFacts(certificate.Strong),
})
