package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
	"milvus-tls-e2e/harness/requirements"
)

// The server shows the certificate that it was given. Judge compares the
// fingerprints, here as in every other case that is served.
var _ = add(harness.Claim{
	ID:           "served-cert-is-configured",
	Statement:    "Each TLS port shows the certificate that tls.serverPemPath names.",
	Finding:      "A TLS port shows another certificate than the one that tls.serverPemPath names.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Restart the server if the file was replaced: Milvus reads it at its start alone. Else find out what shows this certificate: another file, or a proxy that ends TLS before Milvus.",
	Requirements: []harness.Requirement{requirements.NISTServerCert, requirements.PCIInventory, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AnyTLS},
	Live:         true,
	Cases: slices.Concat(
		rawly("the fingerprint", harness.Attempt{}, harness.Served),
		need(accessed(access.Certificate), harness.AttachedHere),
	),
})
