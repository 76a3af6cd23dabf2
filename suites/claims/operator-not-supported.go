package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// Older pages deny what the 2.5 page describes; no server can confirm both.
var _ = add(harness.Claim{
	ID:          "operator-not-supported",
	Statement:   "Neither the Operator nor the chart can set the paths of certificates: a server deployed with them has no TLS.",
	Finding:     "A server deployed with the Operator or the chart does not do what the older pages say, which is to serve plaintext.",
	FindingIf:   map[harness.Outcome]string{start.StartedTLS: "The older pages say that the Operator and the chart cannot configure TLS. They can: the server serves TLS."},
	Severity:    harness.SeverityLow,
	Remediation: "Follow the 2.5 page: TLS works with the Operator, so keep it.",
	Sources:     []harness.Source{{Lines: "2.3-2.4", Section: filesSection}},
	Needs:       []harness.Feature{harness.Mode1, harness.Plainest},
	Cases: []harness.Case{
		starting("with the Operator", manifest("operator-external-1"), start.StartedPlain),
		starting("with the chart", manifest("helm-external-1"), start.StartedPlain),
	},
})
