package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
)

// Whoever ends TLS before Milvus decides who gets in, and may pass everything on in
// plaintext.
var _ = add(harness.Claim{
	ID:          "tls-ends-at-milvus",
	Statement:   "Nothing that ends TLS stands between the clients and Milvus, as far as a client can tell.",
	Finding:     "A proxy ends TLS before Milvus.",
	Severity:    harness.SeverityMedium,
	Remediation: "What is judged here is the proxy: check Milvus behind it too, at its own address. Only a proxy that passes TLS through leaves client certificates to Milvus.",
	Needs:       []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:        true,
	Cases:       accessed(access.Direct),
})
