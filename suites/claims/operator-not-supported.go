package claims

import "milvus-tls-e2e/harness"

// Older pages deny what the 2.5 page describes; no server can confirm both.
var _ = add(harness.Claim{
	ID:          "operator-not-supported",
	Statement:   "Neither the Operator nor the chart can set the paths of certificates: a server deployed with them has no TLS.",
	Severity:    harness.SeverityLow,
	Remediation: "Go by the 2.5 page where this is refuted: TLS works there, so do not give up the Operator over it.",
	Sources:     []harness.Source{{Lines: "2.3-2.4", Section: filesSection}},
	Needs:       []harness.Feature{harness.Mode1, harness.Plainest},
	Cases: []harness.Case{
		starting("with the Operator", manifest("operator-external-1"), harness.StartedPlain),
		starting("with the chart", manifest("helm-external-1"), harness.StartedPlain),
	},
})
