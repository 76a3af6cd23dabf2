package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// A renewal that keeps the CA is none of the clients' business.
var _ = add(harness.Claim{
	ID: "rotation-after-restart",
	Statement: "After a restart each TLS port shows the renewed certificate, and clients with the same CA file go on; " +
		"in mode 2 a CA that was added to the server's CA file lets its clients in.",
	Severity:    harness.SeverityMedium,
	Remediation: "After a rotation compare the fingerprint that each port shows with the file's, before the old certificate ends.",
	Needs:       []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases: append(
		rotating(each("the renewed certificate", harness.Attempt{}, harness.Served, harness.Served), true),
		need(rotating(rawly("a client of the CA that was added", harness.Attempt{As: pki.ForeignCA}, harness.Served), true), harness.Mode2)...,
	),
})
