package claims

import "milvus-tls-e2e/harness"

// The chart's values give external TLS. The pod sees the text of
// extraConfigFiles.user.yaml as a file beside milvus.yaml, and the release
// itself must merge it.
var _ = add(harness.Claim{
	ID:          "helm-external",
	Statement:   "The chart's values, with the certificates' paths in extraConfigFiles.user.yaml and the certs secret mounted at /certs, give external TLS with these certificates.",
	Severity:    harness.SeverityCritical,
	Remediation: "Use the Operator, Milvus 2.4 or later, or a chart before 4.2.0, and compare the served certificate with the secret's: a ready pod proves nothing.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: helmSection}},
	Needs:       []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases:       deployed("helm-external"),
})
