package claims

import "milvus-tls-e2e/harness"

// A TLS client notices that a port has no TLS.
var _ = add(harness.Claim{
	ID:          "tls-client-on-plain",
	Statement:   "A TLS client of a mode 0 server fails quickly and says that the port has no TLS, with every client.",
	Finding:     "A TLS client of a mode 0 server hangs, or does not say that the port has no TLS.",
	Severity:    harness.SeverityLow,
	Remediation: "Give the client a time limit of its own, and test what the port speaks.",
	Needs:       []harness.Feature{harness.Mode0},
	Live:        true,
	Cases:       each("TLS", harness.Attempt{Transport: harness.TransportTLS}, harness.RefusedTLS, harness.RefusedTLS),
})
