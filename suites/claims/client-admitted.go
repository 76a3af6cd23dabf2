package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
)

// The client that a deployment is meant for gets in.
var _ = add(harness.Claim{
	ID:          "client-admitted",
	Statement:   "TLS admits the client that the target describes, at gRPC's port and at REST's.",
	Finding:     "The server refuses the client that the target describes.",
	Severity:    harness.SeverityHigh,
	Remediation: "Have the client's certificate issued by a CA in tls.caPemPath, for clientAuth and still valid, and restart the server if that file was replaced; where the server asks for a certificate and the target names none, its mode is 2.",
	Needs:       []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:        true,
	Cases:       accessed(access.Client),
})
