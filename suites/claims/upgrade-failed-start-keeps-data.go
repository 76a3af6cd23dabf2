package claims

import "milvus-tls-e2e/harness"

// The way back stays open.
var _ = add(harness.Claim{
	ID:          "upgrade-failed-start-keeps-data",
	Statement:   "A new release that fails to start, or an older one that ran, leaves the data as it was: the release before gives everything back.",
	Severity:    harness.SeverityCritical,
	Remediation: "Take a backup of etcd and of the object store before you start the new release.",
	Needs:       []harness.Feature{harness.Upgraded},
	Cases: []harness.Case{
		{Name: "after a start with a broken certificate", Want: harness.Kept, Needs: []harness.Feature{harness.AnyTLS, harness.Plainest},
			Look: harness.Passage{Of: harness.OfReturn, Change: harness.Change{File: harness.ServerCert, Defect: harness.NotPEM}}},
		upgraded("after a downgrade", harness.OfReturn, harness.Kept, harness.Downgraded),
	},
})
