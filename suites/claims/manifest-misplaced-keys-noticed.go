package claims

import "milvus-tls-e2e/harness"

// A manifest with a TLS key in the wrong place does not give a server that
// looks all right. Judged with the Operator's resource, whose configuration
// every release reads.
var _ = add(harness.Claim{
	ID:          "manifest-misplaced-keys-noticed",
	Statement:   "A server whose manifest has TLS keys or volumes in the wrong place does not come up without the TLS that was meant.",
	Severity:    harness.SeverityCritical,
	Remediation: "Check manifests before they are applied (make check-manifest FILE=...), and compare the served certificate afterwards.",
	Needs:       []harness.Feature{harness.Mode1, harness.Plainest},
	Cases: []harness.Case{
		starting("tls under common", manifest("misplaced-certificates"), harness.NotStarted),
		starting("tlsMode in common itself", manifest("misplaced-mode"), harness.NotStarted),
		starting("volumes in spec itself", manifest("misplaced-volumes"), harness.NotStarted),
	},
})
