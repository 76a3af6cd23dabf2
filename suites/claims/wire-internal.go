package claims

import "milvus-tls-e2e/harness"

// What components say to each other is not to be read on the way.
var _ = add(harness.Claim{
	ID:          "wire-internal",
	Statement:   "With internal TLS on, nothing of what a server's components say to each other can be read on the wire.",
	Severity:    harness.SeverityCritical,
	Remediation: "Keep the components on a network of their own until the release encrypts all of it.",
	Since:       ">= 2.5",
	Needs:       []harness.Feature{harness.HasInternalTLS, harness.InternalTLS},
	Cases:       []harness.Case{hidden("between components", harness.AllInternal)},
})
