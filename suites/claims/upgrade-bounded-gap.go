package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// Clients need no restart.
var _ = add(harness.Claim{
	ID:          "upgrade-bounded-gap",
	Statement:   "A client that stays connected throughout an upgrade is served again by itself, within 10 s after the new server can serve it.",
	Finding:     "A client that stays connected throughout the upgrade is not served again by itself within 10 s after the new server could.",
	Severity:    harness.SeverityMedium,
	Remediation: "Restart this client after the upgrade.",
	Needs:       []harness.Feature{harness.Upgraded},
	Cases:       []harness.Case{upgraded("clients that stay connected", upgrade.AspectClients, upgrade.Kept)},
})
