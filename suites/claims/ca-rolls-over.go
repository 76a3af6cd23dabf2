package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/requirements"
)

// A CA ends sooner or later, and a cluster should not have to.
var _ = add(harness.Claim{
	ID: "ca-rolls-over",
	Statement: "The CA of clients, or that between components, is replaced in a cluster that runs, by way of a file that holds both, one component " +
		"after the other: each is well again, clients go on being served, and no port answers in plaintext.",
	Finding:      "A cluster in which a CA is replaced by way of a file that holds both does not work throughout.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Replace the CA in a window in which the cluster may be down.",
	Requirements: []harness.Requirement{requirements.NISTTrustAnchors, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.InCluster, harness.Rolls},
	Cases: append(
		need(rolledThrough(rolling.InternalCA, rolling.Starts, rolling.Serves, rolling.Works, rolling.Encrypts), harness.HasInternalTLS, harness.InternalTLS),
		need(rolledThrough(rolling.ClientCA, rolling.Starts, rolling.Serves, rolling.Works, rolling.Encrypts), harness.Mode2)...,
	),
})
