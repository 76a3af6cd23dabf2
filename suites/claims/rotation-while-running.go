package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/requirements"
)

// Files are read at the start. Whoever replaces them has until the restart to
// find out that they are right.
var _ = add(harness.Claim{
	ID: "rotation-while-running",
	Statement: "A certificate, key or CA file that is replaced while the server runs makes no difference until the restart: the server shows the " +
		"old certificate and trusts nobody new.",
	Finding:      "A running server takes up a certificate or CA file that was replaced, without a restart.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Replace certificate, key and CA file together: this release may take up one of them at once.",
	Requirements: []harness.Requirement{requirements.NISTTrustAnchors, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases: append(
		finding("A running server shows a replaced certificate without a restart.",
			rotating(rawly("the old certificate", harness.Attempt{}, harness.Served), false)...),
		finding("A running mode 2 server trusts a CA that was added to its CA file, without a restart.",
			need(rotating(rawly("a client of the CA that was added", harness.Attempt{Identity: pki.ForeignCA}, harness.RefusedCertificate), false), harness.Mode2)...)...,
	),
})

// rotating has cases of attempts made at a server whose files were replaced.
func rotating(cases []harness.Case, restarted bool) []harness.Case {
	for i, c := range cases {
		cases[i].Check = rotation.Check{Attempt: c.Check.(harness.Attempt), Restarted: restarted}
	}
	return cases
}
