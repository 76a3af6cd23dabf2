package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// A mode 1 client needs nothing but the server's own certificate as trust.
var _ = add(harness.Claim{
	ID:           "mode-1-client-trust",
	Statement:    "A client of a mode 1 server needs only the server's own certificate as its trust file.",
	Finding:      "In mode 1 a client that trusts only the server's own certificate refuses the server.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Give this client the CA's certificate as its trust file instead.",
	Requirements: []harness.Requirement{requirements.NISTServerAuth},
	Sources:      []harness.Source{{Lines: "2.2-3.0", Section: configSection}, {Lines: "2.3-3.0", Section: sdkSection}},
	Needs:        []harness.Feature{harness.Mode1},
	Live:         true,
	Cases:        each("trusting server.pem alone", harness.Attempt{TrustStore: harness.TrustServer}, harness.Served, harness.Served),
})
