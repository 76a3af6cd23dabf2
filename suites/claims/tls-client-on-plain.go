package claims

import "milvus-tls-e2e/harness"

// A TLS client notices that a port has no TLS.
var _ = add(harness.Claim{
	ID:          "tls-client-on-plain",
	Statement:   "A TLS client against a mode 0 server fails quickly and says that the port speaks no TLS, with every client.",
	Severity:    harness.SeverityLow,
	Remediation: "Give the client a deadline of its own, and look at what the port speaks.",
	Needs:       []harness.Feature{harness.Mode0},
	Live:        true,
	Cases:       each("TLS", harness.Attempt{Over: harness.WireTLS}, harness.RefusedTLS, harness.RefusedTLS),
})
