package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// A client notices another server's certificate.
var _ = add(harness.Claim{
	ID:           "wrong-name-refused",
	Statement:    "A client that expects another server name refuses the server, with every client.",
	Finding:      "A client accepts a server whose certificate is for another name.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Do not use this client, or this certificate, where the server's identity matters.",
	Requirements: []harness.Requirement{requirements.NISTServerAuth, requirements.PCITrusted, requirements.BSIAuthentication},
	Needs:        []harness.Feature{harness.AnyTLS},
	Live:         true,
	Cases:        each("expecting "+otherName, harness.Attempt{Name: otherName}, harness.RefusedByClient, harness.RefusedByClient),
})

const otherName = "wrong.example"
