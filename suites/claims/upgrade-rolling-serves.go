package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rolling"
)

// A cluster need not be stopped as a whole.
var _ = add(harness.Claim{
	ID: "upgrade-rolling-serves",
	Statement: "A cluster with TLS is upgraded one component after the other: each is well again by itself, and a client that stays connected to " +
		"either proxy is served again within 10 s after that.",
	Finding:     "During a rolling upgrade a component does not come back, or a client that stays connected is not served again.",
	Severity:    harness.SeverityHigh,
	Remediation: "Upgrade in a window in which the cluster may be down, and look at each component's log before the next one's turn.",
	Needs:       []harness.Feature{harness.Upgraded, harness.RolledOver},
	Cases:       rolledThrough(rolling.Release, rolling.Starts, rolling.Serves),
})
