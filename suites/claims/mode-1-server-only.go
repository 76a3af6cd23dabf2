package claims

import "milvus-tls-e2e/harness"

// In mode 1 only the server shows a certificate.
var _ = add(harness.Claim{
	ID:          "mode-1-server-only",
	Statement:   "In mode 1 only the server shows a certificate: a client without one is served.",
	Finding:     "In mode 1 the server refuses a client without a certificate.",
	Severity:    harness.SeverityMedium,
	Remediation: "Give the clients certificates, or find out why the server asks for them in mode 1.",
	Sources:     []harness.Source{{Lines: "2.2-3.0", Section: configSection}},
	Needs:       []harness.Feature{harness.Mode1},
	Live:        true,
	Cases:       each("without a certificate", harness.Attempt{Identity: harness.Nobody}, harness.Served, harness.Served),
})
