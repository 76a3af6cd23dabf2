package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// A TLS port serves no plaintext.
var _ = add(harness.Claim{
	ID:           "plain-client-refused",
	Statement:    "In modes 1 and 2 a client without TLS is refused, on gRPC's port and on REST's.",
	Finding:      "In modes 1 and 2 a port serves clients without TLS.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Treat this port as plaintext: close it, or put a TLS proxy before it.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.PCIVersions, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AnyTLS},
	Live:         true,
	Cases:        each("plaintext", harness.Attempt{Transport: harness.TransportPlain}, harness.RefusedPlaintext, harness.NotServed),
})
