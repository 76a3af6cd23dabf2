package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// Users log in as before.
var _ = add(harness.Claim{
	ID:          "upgrade-keeps-logins",
	Statement:   "After an upgrade users log in with their passwords, and nobody logs in without one.",
	Finding:     "After the upgrade a user cannot log in with the right password, or somebody can without.",
	Severity:    harness.SeverityCritical,
	Remediation: "Test who can log in right after the upgrade, before clients may connect.",
	Needs:       []harness.Feature{harness.Upgraded, harness.Users},
	Cases:       []harness.Case{upgraded("right and wrong passwords", upgrade.AspectLogins, upgrade.Kept)},
})
