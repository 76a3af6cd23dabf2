package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// Files are read at the start. Whoever replaces them has until the restart to
// find out that they are right.
var _ = add(harness.Claim{
	ID: "rotation-while-running",
	Statement: "A certificate, key or CA file that is replaced while the server runs changes nothing until it is started again: " +
		"it goes on showing the old certificate, and trusts nobody new.",
	Severity:    harness.SeverityMedium,
	Remediation: "Replace certificate, key and CA file together: this release may take up one of them at once.",
	Needs:       []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases: append(
		rotating(rawly("the old certificate", harness.Attempt{}, harness.Served), false),
		need(rotating(rawly("a client of the CA that was added", harness.Attempt{As: pki.ForeignCA}, harness.RefusedCertificate), false), harness.Mode2)...,
	),
})

// rotating has cases of attempts made at a server whose files were replaced.
func rotating(cases []harness.Case, restarted bool) []harness.Case {
	for i, c := range cases {
		cases[i].Look = harness.Rotation{Attempt: c.Look.(harness.Attempt), Restarted: restarted}
	}
	return cases
}
