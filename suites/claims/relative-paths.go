package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// Certificate paths may be relative.
var _ = add(harness.Claim{
	ID:          "relative-paths",
	Statement:   "Certificate paths may be relative to the server's working directory.",
	Finding:     "Certificate paths relative to the server's working directory do not work.",
	Severity:    harness.SeverityLow,
	Remediation: "Write the paths in full.",
	Sources:     []harness.Source{{Lines: "2.2-2.3", Section: configSection}},
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest},
	Cases: []harness.Case{
		starting("every path relative", harness.ConfigChange{Defect: harness.Relative}, start.StartedTLS),
	},
})
