package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// Mode 0 switches external TLS off.
var _ = add(harness.Claim{
	ID:          "mode-0-plain",
	Statement:   "Mode 0 switches external TLS off: gRPC and REST work in plaintext.",
	Finding:     "In mode 0 a port does not work in plaintext.",
	Severity:    harness.SeverityMedium,
	Remediation: "Give clients of a mode 0 server the settings that its ports ask for.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: configSection}},
	Needs:       []harness.Feature{harness.Mode0},
	Live:        true,
	Cases: slices.Concat(
		each("plaintext", harness.Attempt{}, harness.Served, harness.Served),
		[]harness.Case{via("REST sharing gRPC's port", harness.Attempt{}, harness.REST, harness.HTTP, harness.Served, harness.RESTShared)},
	),
})
