package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// Nothing that was written is lost, or found otherwise.
var _ = add(harness.Claim{
	ID: "upgrade-keeps-data",
	Statement: "After an upgrade every collection has its fields, every acknowledged row, flushed or not, is read back, and every search finds " +
		"what it found.",
	Finding:     "After the upgrade a collection, a row or a search result is missing or different.",
	Severity:    harness.SeverityCritical,
	Remediation: "Do not upgrade to this release, and keep a backup of etcd and of the object store.",
	Needs:       []harness.Feature{harness.Upgraded},
	Cases: []harness.Case{
		upgraded("every collection with its fields", upgrade.AspectSchemas, upgrade.Kept),
		upgraded("every row by its primary key", upgrade.AspectRows, upgrade.Kept),
		upgraded("every row by search", upgrade.AspectSearches, upgrade.Kept),
	},
})
