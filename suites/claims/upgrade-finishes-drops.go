package claims

import "milvus-tls-e2e/harness"

// A drop that was answered is done.
var _ = add(harness.Claim{
	ID:          "upgrade-finishes-drops",
	Statement:   "Collections that were dropped right before the old release was stopped are gone after the upgrade, and the new release starts.",
	Severity:    harness.SeverityCritical,
	Remediation: "Drop nothing in the last seconds before the old release is stopped, and take a backup of etcd and of the object store first.",
	Needs:       []harness.Feature{harness.Upgraded, harness.StepDocumented, harness.KnownMode, harness.Plainest},
	Cases:       []harness.Case{upgraded("two collections", harness.OfDrops, harness.Kept, harness.Mode2)},
})
