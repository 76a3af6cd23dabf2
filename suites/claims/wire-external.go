package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// What clients send is not to be read on the way.
var _ = add(harness.Claim{
	ID:           "wire-external",
	Statement:    "In modes 1 and 2 nothing that clients and server send each other can be read on the wire, over gRPC and over REST.",
	Finding:      "In mode 1 or 2, data between clients and the server crosses the network in plaintext.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Treat everything sent over this connection as disclosed, and end TLS in front of Milvus until the release encrypts all of it.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases: slices.Concat(
		finding("In mode 1 or 2, data between gRPC clients and the server crosses the network in plaintext.",
			hidden("between clients and gRPC's port", harness.GRPC)),
		finding("In mode 1 or 2, data between REST clients and the server crosses the network in plaintext.",
			hidden("between clients and REST's port", harness.HTTP, restNeeds...)),
	),
})
