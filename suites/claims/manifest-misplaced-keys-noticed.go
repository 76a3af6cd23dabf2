package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// A manifest with a misplaced TLS key must not result in a server that seems to work. Judged
// with the Operator's resource, whose configuration every release reads.
var _ = add(harness.Claim{
	ID:           "manifest-misplaced-keys-noticed",
	Statement:    "A server whose manifest has TLS keys or volumes in the wrong place does not start without the TLS that was meant.",
	Finding:      "A manifest with TLS keys in the wrong place starts a server without the TLS that was meant, and nothing says so.",
	Severity:     harness.SeverityCritical,
	Remediation:  "In milvus.yaml, tls stands at the top level and tlsMode below common.security; in the Operator's resource, volumes stand below spec.components. Check the manifest before you apply it (make check-manifest FILE=...), and compare the served certificate afterwards.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.Mode1, harness.Plainest},
	Cases: slices.Concat(
		finding("With the section tls below common in the manifest, the server starts all the same, and not with your certificates.",
			starting("tls under common", manifest("misplaced-certificates"), start.NotStarted)),
		finding("With tlsMode directly below common in the manifest, the server starts all the same, and not with the TLS that you meant.",
			starting("tlsMode in common itself", manifest("misplaced-mode"), start.NotStarted)),
		finding("With the volumes directly below spec in the manifest, the server starts all the same, and not with your certificates.",
			starting("volumes in spec itself", manifest("misplaced-volumes"), start.NotStarted)),
	),
})
