package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// In mode 2 both sides show certificates.
var _ = add(harness.Claim{
	ID:           "mode-2-both",
	Statement:    "In mode 2 both sides show certificates: a client with a good one is served, a client without one is refused.",
	Finding:      "Mode 2 does not check certificates on both sides: a client without one is served, or one with a good one is refused.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Do not rely on mode 2 to keep unknown clients out: close this port, or put a TLS proxy before it.",
	Requirements: []harness.Requirement{requirements.NISTClientAuth, requirements.PCITrusted, requirements.BSIAuthentication, requirements.ISOCryptography},
	Sources:      []harness.Source{{Lines: "2.2-3.0", Section: configSection}},
	Needs:        []harness.Feature{harness.Mode2},
	Live:         true,
	Cases: slices.Concat(
		finding("In mode 2 a client with a good certificate is refused.",
			each("with a good certificate", harness.Attempt{Identity: harness.Good}, harness.Served, harness.Served)...),
		findingIfServed("In mode 2 a client without a certificate is served.",
			each("without a certificate", harness.Attempt{Identity: harness.Nobody}, harness.RefusedNoCertificate, harness.NotServed)...),
	),
})
