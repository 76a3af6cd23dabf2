package claims

import "milvus-tls-e2e/harness"

// What was proven of the old release holds for the new one.
var _ = add(harness.Claim{
	ID:          "upgrade-keeps-verdicts",
	Statement:   "Whatever was confirmed of the old release is confirmed of the new one that took over from it.",
	Severity:    harness.SeverityHigh,
	Remediation: "Read what changed before you upgrade: something that you could rely on is gone.",
	Needs:       []harness.Feature{harness.Upgraded},
	Cases:       []harness.Case{upgraded("every case that was confirmed", harness.OfVerdicts, harness.Kept)},
})
