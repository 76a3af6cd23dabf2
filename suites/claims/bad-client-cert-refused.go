package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// Mode 2 refuses every bad certificate of the catalogue.
var _ = add(harness.Claim{
	ID:           "bad-client-cert-refused",
	Statement:    "In mode 2 every client certificate with a defect is refused, on gRPC's port and on REST's.",
	Finding:      "In mode 2 the server serves a client whose certificate has a defect.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Do not rely on mode 2 against certificates with this defect: check client certificates in a TLS proxy before the server.",
	Requirements: []harness.Requirement{requirements.NISTPathValidation, requirements.NISTClientAuth, requirements.PCITrusted, requirements.PCIValid, requirements.BSIAuthentication, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.Mode2},
	Live:         true,
	Cases:        catalogue(false, harness.RefusedCertificate, harness.NotServed),
})
