package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// The chart's values configure external TLS. The pod gets the text of extraConfigFiles.user.yaml
// as a file next to milvus.yaml, and the release itself must merge it.
var _ = add(harness.Claim{
	ID:        "helm-external",
	Statement: "The chart's values, with the certificates' paths in extraConfigFiles.user.yaml and the certs secret mounted at /certs, give external TLS with these certificates.",
	Finding:   "The chart's values do not give external TLS with the secret's certificates.",
	FindingIf: map[harness.Outcome]string{start.StartedPlain: "The Helm chart's values for TLS do not switch it on: the pod becomes ready and serves plaintext."},
	Severity:  harness.SeverityCritical,
	Remediation: "Use the Operator, Milvus 2.4 or later, or a chart before 4.2.0, and compare the served certificate with the secret's: a ready pod " +
		"does not show that TLS is on.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: helmSection}},
	Needs:        []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases:        deployed("helm-external"),
})
