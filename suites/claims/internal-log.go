package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// The log reports whether components speak TLS.
var _ = add(harness.Claim{
	ID:          "internal-log",
	Statement:   "The server logs that internal TLS is enabled, with value=true, where it is on, and does not where it is off.",
	Finding:     "The server's log does not say whether internal TLS is enabled, or says the opposite.",
	Severity:    harness.SeverityMedium,
	Remediation: "Test what the internal ports speak: this release's log does not tell.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: "Verify Internal TLS enabled"}},
	Since:       ">= 2.5",
	Cases: []harness.Case{
		starting("internal TLS on", harness.ConfigChange{}, start.InternalLogged, harness.InternalTLS),
		starting("internal TLS off", harness.ConfigChange{}, start.InternalLogged, harness.Mode0, harness.Plainest, harness.HasInternalTLS),
	},
})
