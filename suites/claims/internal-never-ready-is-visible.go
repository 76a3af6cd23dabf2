package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// A server whose components refuse each other reports that.
var _ = add(harness.Claim{
	ID:          "internal-never-ready-is-visible",
	Statement:   "A server whose components cannot reach each other over TLS says so at its health address.",
	Finding:     "A server whose components cannot reach each other over TLS reports itself healthy.",
	Severity:    harness.SeverityHigh,
	Remediation: "Take a server for ready only when it has answered a data call: its ports listen all the same.",
	Since:       ">= 2.5",
	Cases:       []harness.Case{starting("the server's own start", harness.ConfigChange{}, start.UnreadyShown, harness.InternalStuck)},
})
