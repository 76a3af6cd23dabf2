package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/requirements"
)

// Whether encrypting a cluster takes a window in which it is down.
var _ = add(harness.Claim{
	ID: "internal-rolling-on",
	Statement: "TLS between components is switched on in a cluster that runs, one component after the other: each is well again, clients go on being " +
		"served, and a component that was restarted no longer answers in plaintext.",
	Finding:      "A cluster in which TLS between components is switched on one component after the other does not work throughout.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Switch internal TLS on for all components at once, in a window in which the cluster may be down.",
	Requirements: []harness.Requirement{requirements.PCITransit},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.InCluster, harness.Mode0, harness.HasInternalTLS, harness.Rolls},
	Cases:        rolledThrough(rolling.InternalOn, rolling.Starts, rolling.Serves, rolling.Works, rolling.Encrypts),
})
