package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// The Operator's resource gives external TLS. What is judged is the server that
// the pod would run: its configuration as the Operator's tool merges it, and the
// secret's files at /certs.
var _ = add(harness.Claim{
	ID:           "operator-external",
	Statement:    "The Operator's resource, with the certificates' paths in spec.config and the certs secret mounted at /certs, gives external TLS with these certificates.",
	Finding:      "The Operator's resource does not give external TLS with the secret's certificates.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Compare the served certificate with the secret's: a ready pod does not show that TLS is on.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: operatorSection}},
	Needs:        []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases:        deployed("operator-external"),
})
