package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/requirements"
)

// The same between components.
var _ = add(harness.Claim{
	ID:           "internal-weak-tls-refused",
	Statement:    "With internal TLS on, no component's port agrees to SSL, to TLS 1.0 or 1.1, or to a cipher suite without encryption or authentication, of export strength, or with DES, 3DES or RC4.",
	Finding:      "A component's port agrees to a version of TLS or to a cipher suite that is no longer safe.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Let only the components reach the internal ports: they agree on better suites among themselves.",
	Requirements: []harness.Requirement{requirements.NISTVersions, requirements.NISTCipherSuites, requirements.PCIVersions, requirements.PCIStrength, requirements.BSIVersions, requirements.BSITLS12, requirements.ISOCryptography},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.InternalAlone},
	Cases:        internalSaying(handshake.Weak),
})
