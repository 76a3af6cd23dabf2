package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// A drop that was answered is done.
var _ = add(harness.Claim{
	ID:        "upgrade-finishes-drops",
	Statement: "Collections that were dropped right before the old release was stopped are gone after the upgrade, and the new release starts.",
	Finding:   "A collection that was dropped right before the stop keeps the new release from starting, or comes back.",
	Severity:  harness.SeverityCritical,
	Remediation: "Before the stop, wait until the old release's log says that the dropped collections are released. Take a backup of etcd and of the " +
		"object store first.",
	Needs: []harness.Feature{harness.Upgraded, harness.StepDocumented, harness.KnownMode, harness.Plainest},
	Cases: []harness.Case{upgraded("two collections", upgrade.AspectDrops, upgrade.Kept, harness.Mode2)},
})
