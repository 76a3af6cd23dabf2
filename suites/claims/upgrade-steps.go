package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// A step that may not be skipped is not skipped without a warning.
var _ = add(harness.Claim{
	ID: "upgrade-steps",
	Statement: "A release ends at its start, with a reason, on the data of an older release from which the documentation wants another release " +
		"first: 2.5.16 or later before 2.6, and 2.6 before 3.0.",
	Finding:  "A release starts on data from which the documentation wants another release first, and does not say so.",
	Severity: harness.SeverityMedium,
	Remediation: "Look up the documented steps and start each release in between: a server that starts after a skipped step does not say whether it " +
		"reads everything.",
	Needs: []harness.Feature{harness.Upgraded, harness.StepSkipped, harness.KnownMode},
	Cases: []harness.Case{upgraded("a step that is skipped", upgrade.AspectStart, start.NotStarted)},
})
