package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
)

// Current gRPC clients break off where no protocol is selected.
var _ = add(harness.Claim{
	ID:          "alpn-selected",
	Statement:   "gRPC's port selects h2 by ALPN.",
	Finding:     "What answers at gRPC's port selects no protocol by ALPN, and current gRPC clients refuse it.",
	Severity:    harness.SeverityHigh,
	Remediation: "Have what ends TLS before Milvus offer h2 by ALPN, or pass TLS through to Milvus, which does: clients built with grpc-go 1.67 or later refuse a server that selects nothing.",
	Needs:       []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:        true,
	Cases:       accessed(access.ALPN)[:1],
})
