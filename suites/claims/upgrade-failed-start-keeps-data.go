package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// The way back stays open.
var _ = add(harness.Claim{
	ID:          "upgrade-failed-start-keeps-data",
	Statement:   "After a failed start of the new release, or a run of an older one, the release before still gives all data back.",
	Finding:     "After a failed start of the new release, or a run of an older one, the old release does not give all data back.",
	Severity:    harness.SeverityCritical,
	Remediation: "Take a backup of etcd and of the object store before you start the new release.",
	Needs:       []harness.Feature{harness.Upgraded},
	Cases: slices.Concat(
		finding("After a start of the new release that failed over a broken certificate, the old release does not give all data back.",
			harness.Case{Name: "after a start with a broken certificate", Want: upgrade.Kept, Needs: []harness.Feature{harness.AnyTLS, harness.Plainest},
				Check: upgrade.Check{Aspect: upgrade.AspectReturn, Change: harness.ConfigChange{File: harness.ServerCert, Defect: harness.NotPEM}}}),
		finding("After an older release ran on the data, the newer one does not give all data back.",
			upgraded("after a downgrade", upgrade.AspectReturn, upgrade.Kept, harness.Downgraded)),
	),
})
