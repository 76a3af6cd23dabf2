package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/requirements"
)

// A renewal that keeps the CA is none of the clients' business.
var _ = add(harness.Claim{
	ID: "rotation-after-restart",
	Statement: "After a restart each TLS port shows the renewed certificate, and clients with the same CA file are served. In mode 2, clients of a " +
		"CA that was added to the server's CA file are served too.",
	Finding:      "After a restart a port still shows the old certificate, or clients that trust the same CA are refused.",
	Severity:     harness.SeverityMedium,
	Remediation:  "After a rotation compare the fingerprint that each port shows with the file's, before the old certificate ends.",
	Requirements: []harness.Requirement{requirements.PCIValid, requirements.NISTTrustAnchors, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases: append(
		rotating(each("the renewed certificate", harness.Attempt{}, harness.Served, harness.Served), true),
		need(rotating(rawly("a client of the CA that was added", harness.Attempt{Identity: pki.ForeignCA}, harness.Served), true), harness.Mode2)...,
	),
})
