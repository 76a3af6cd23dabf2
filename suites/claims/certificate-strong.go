package claims

import "milvus-tls-e2e/harness"

// Certificates are worth what their keys and signatures are.
var _ = add(harness.Claim{
	ID: "certificate-strong",
	Statement: "The certificates that the ports and the client show have a key of at least RSA 2048, ECDSA P-256 or Ed25519, " +
		"and are signed with SHA-256 or better.",
	Severity:    harness.SeverityHigh,
	Remediation: "Issue it again with a stronger key or signature, and restart the server.",
	Needs:       []harness.Feature{harness.StandingHere, harness.AnyTLS},
	Live:        true,
	Cases:       examined(harness.Strong),
})
