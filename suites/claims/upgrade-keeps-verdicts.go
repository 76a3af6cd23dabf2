package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// What was proven of the old release holds for the new one.
var _ = add(harness.Claim{
	ID:          "upgrade-keeps-verdicts",
	Statement:   "Whatever was confirmed of the old release is confirmed of the new one that took over its data.",
	Finding:     "Something that was confirmed of the old release is not confirmed of the new one.",
	Severity:    harness.SeverityHigh,
	Remediation: "Read which cases changed before you upgrade: the new release does not do something that the old one did.",
	Needs:       []harness.Feature{harness.Upgraded},
	Cases:       []harness.Case{upgraded("every case that was confirmed", upgrade.AspectVerdicts, upgrade.Kept)},
})
