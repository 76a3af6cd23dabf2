package claims

import "milvus-tls-e2e/harness"

// The Operator's resource gives TLS between components, which 2.5 brought.
var _ = add(harness.Claim{
	ID:          "operator-internal",
	Statement:   "The Operator's resource, with internaltls.* in spec.config and the certs secret mounted at /certs, gives internal TLS with these certificates.",
	Severity:    harness.SeverityCritical,
	Remediation: "Look into the server's log for internal TLS, and at what proxy.internalPort speaks: a ready pod proves nothing.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: operatorSection}},
	Since:       ">= 2.5",
	Needs:       []harness.Feature{harness.Mode0, harness.Plainest},
	Cases: []harness.Case{
		starting("the proxy's internal port", manifest("operator-internal"), harness.InternalOverTLS),
	},
})
