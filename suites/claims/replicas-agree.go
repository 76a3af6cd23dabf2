package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
	"milvus-tls-e2e/harness/requirements"
)

// Behind one address may be several servers, and one of them may be left as it was.
var _ = add(harness.Claim{
	ID:           "replicas-agree",
	Statement:    "Every server behind gRPC's address shows the same certificate, and treats a client without a certificate alike.",
	Finding:      "Servers behind gRPC's address show different certificates, or treat a client without a certificate differently.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Restart the servers that still have the old files or the old mode, and check each at its own address: a pod is not restarted by its configuration alone.",
	Requirements: []harness.Requirement{requirements.PCIInventory},
	Needs:        []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:         true,
	Cases:        accessed(access.AccessReplicas)[:1],
})
