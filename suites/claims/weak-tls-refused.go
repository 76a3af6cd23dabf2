package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/requirements"
)

// Weak TLS parameters are negotiated with no client.
var _ = add(harness.Claim{
	ID:           "weak-tls-refused",
	Statement:    "In modes 1 and 2 no port agrees to SSL, to TLS 1.0 or 1.1, or to a cipher suite without encryption or authentication, of export strength, or with DES, 3DES or RC4.",
	Finding:      "A port agrees to a version of TLS or to a cipher suite that is no longer safe.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Use mode 2, which speaks TLS 1.3 alone, or end TLS in a proxy before the server that offers current suites only.",
	Requirements: []harness.Requirement{requirements.NISTVersions, requirements.NISTCipherSuites, requirements.PCIVersions, requirements.PCIStrength, requirements.BSIVersions, requirements.BSITLS12, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases:        saying(handshake.Weak),
})
