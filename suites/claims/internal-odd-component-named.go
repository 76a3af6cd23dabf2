package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// Of a cluster, the component that is wrong can be found from the logs.
var _ = add(harness.Claim{
	ID: "internal-odd-component-named",
	Statement: "In a cluster with internal TLS, a component whose own internal TLS is off or cannot work is named in a log: its own says what is " +
		"wrong, or another's gives its address and the reason.",
	Finding:     "No log of the cluster tells which component's internal TLS does not work.",
	Severity:    harness.SeverityMedium,
	Remediation: "Look at what each internal port speaks and shows after every change of internal TLS: the logs do not tell which component is wrong.",
	Since:       ">= 2.5",
	Cases:       []harness.Case{starting("the cluster's own start", harness.ConfigChange{}, start.OddNamed, harness.OneOdd)},
})
