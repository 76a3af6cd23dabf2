package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
	"milvus-tls-e2e/harness/requirements"
)

// A client that finds another name in the certificate gets no further.
var _ = add(harness.Claim{
	ID:           "server-name-matches",
	Statement:    "The name that clients expect is among the subject alternative names of the certificates that the ports show.",
	Finding:      "The certificate that a port shows is not for the name that clients expect.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Connect by one of the names in the certificate, tell clients to expect one of them (name:, the SDKs' server_name), or issue the certificate again with this name as a SAN and restart the server.",
	Requirements: []harness.Requirement{requirements.NISTServerCert, requirements.PCITrusted},
	Needs:        []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:         true,
	Cases:        accessed(access.Name),
})
