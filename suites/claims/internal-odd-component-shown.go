package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// In a cluster, the misconfigured component is the one that reports a problem.
var _ = add(harness.Claim{
	ID: "internal-odd-component-shown",
	Statement: "In a cluster with internal TLS, a component whose own internal TLS is off or cannot work ends, or its health address says that it " +
		"is not well.",
	Finding:  "A component whose internal TLS does not work with that of the others reports itself healthy.",
	Severity: harness.SeverityHigh,
	Remediation: "Look at what each internal port speaks after every change of internal TLS, and search each component's own log for x509 and " +
		"\"can't create creds\".",
	Requirements: []harness.Requirement{requirements.PCITransit},
	Since:        ">= 2.5",
	Cases:        []harness.Case{starting("the cluster's own start", harness.ConfigChange{}, start.OddShown, harness.OneOdd)},
})
