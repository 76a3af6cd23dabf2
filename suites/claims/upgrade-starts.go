package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// The new release starts where the old one was, and speaks what it spoke.
var _ = add(harness.Claim{
	ID:          "upgrade-starts",
	Statement:   "A release that is started on the data, files and settings of another serves as its topology says.",
	Finding:     "The new release does not serve as configured on the old release's data, files and settings.",
	Severity:    harness.SeverityHigh,
	Remediation: "Start the new release on a copy of the data first.",
	Needs:       []harness.Feature{harness.Upgraded, harness.StepDocumented, harness.KnownMode},
	Cases: []harness.Case{
		upgraded("its start, with TLS", upgrade.AspectStart, start.StartedTLS, harness.AnyTLS),
		upgraded("its start, without TLS", upgrade.AspectStart, start.StartedPlain, harness.Mode0),
	},
})
