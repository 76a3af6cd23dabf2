package claims

import "milvus-tls-e2e/harness"

// What clients send is not to be read on the way.
var _ = add(harness.Claim{
	ID:          "wire-external",
	Statement:   "In modes 1 and 2 nothing of what clients and server say to each other can be read on the wire, over gRPC and over REST.",
	Severity:    harness.SeverityCritical,
	Remediation: "Take what has crossed this hop for known, and end TLS in front of Milvus until the release encrypts all of it.",
	Needs:       []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases: []harness.Case{
		hidden("between clients and gRPC's port", harness.GRPC),
		hidden("between clients and REST's port", harness.HTTP, restNeeds...),
	},
})
