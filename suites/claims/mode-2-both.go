package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// In mode 2 both sides show certificates.
var _ = add(harness.Claim{
	ID:          "mode-2-both",
	Statement:   "In mode 2 both sides show certificates: a client with a good one is served, a client without one is refused.",
	Severity:    harness.SeverityCritical,
	Remediation: "Do not rely on mode 2 to keep strangers out of this port: close it, or put a TLS proxy before it.",
	Sources:     []harness.Source{{Lines: "2.2-3.0", Section: configSection}},
	Needs:       []harness.Feature{harness.Mode2},
	Live:        true,
	Cases: slices.Concat(
		each("with a good certificate", harness.Attempt{As: harness.Good}, harness.Served, harness.Served),
		each("without a certificate", harness.Attempt{As: harness.Nobody}, harness.RefusedNoCertificate, harness.NotServed),
	),
})
