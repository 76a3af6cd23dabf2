package claims

import "milvus-tls-e2e/harness"

// A port of components that speaks TLS speaks nothing else.
var _ = add(harness.Claim{
	ID:          "internal-ports-tls-only",
	Statement:   "With internal TLS on, every port of the server's components refuses plaintext.",
	Severity:    harness.SeverityCritical,
	Remediation: "Treat the internal ports as plaintext: let nobody but the components reach them.",
	Since:       ">= 2.5",
	Needs:       []harness.Feature{harness.InternalTLS},
	Cases:       components("plaintext", harness.Attempt{Over: harness.WirePlain}, harness.RefusedPlaintext),
})
