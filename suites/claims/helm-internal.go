package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// The chart's values give TLS between components, which 2.5 brought.
var _ = add(harness.Claim{
	ID:           "helm-internal",
	Statement:    "The chart's values, with internaltls.* in extraConfigFiles.user.yaml and the certs secret mounted at /certs, give internal TLS with these certificates.",
	Finding:      "The chart's values do not give internal TLS with the secret's certificates.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Search the server's log for internal TLS and test what proxy.internalPort speaks: a ready pod does not show that TLS is on.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: helmSection}},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.Mode0, harness.Plainest},
	Cases: []harness.Case{
		starting("the proxy's internal port", manifest("helm-internal"), start.InternalOverTLS),
	},
})
