package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// The way back that the release notes of 3.0.0 promise is there.
var _ = add(harness.Claim{
	ID:        "upgrade-rollback",
	Statement: "After an upgrade from 2.6 to 3.0 the older release starts again and gives back what both have written.",
	Finding:   "After the upgrade from 2.6 to 3.0 the older release does not start again, or does not give back all data.",
	Severity:  harness.SeverityCritical,
	Remediation: "Take a backup of etcd and of the object store before the upgrade, and do not rely on going back: only the release notes promise " +
		"it.",
	Needs: []harness.Feature{harness.Upgraded},
	Cases: []harness.Case{
		upgraded("the older release, after the newer one ran", upgrade.AspectReturn, upgrade.Kept, harness.Returnable),
		upgraded("collections that the newer release made", upgrade.AspectSchemas, upgrade.Kept, harness.RolledBack),
		upgraded("rows that the newer release wrote", upgrade.AspectRows, upgrade.Kept, harness.RolledBack),
	},
})
