package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// The Operator's resource gives TLS between components, which 2.5 brought.
var _ = add(harness.Claim{
	ID:           "operator-internal",
	Statement:    "The Operator's resource, with internaltls.* in spec.config and the certs secret mounted at /certs, gives internal TLS with these certificates.",
	Finding:      "The Operator's resource does not give internal TLS with the secret's certificates.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Search the server's log for internal TLS and test what proxy.internalPort speaks: a ready pod does not show that TLS is on.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: operatorSection}},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.Mode0, harness.Plainest},
	Cases: []harness.Case{
		starting("the proxy's internal port", manifest("operator-internal"), start.InternalOverTLS),
	},
})
