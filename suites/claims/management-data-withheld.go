package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// The old data API on the management port is a way around TLS and login.
var _ = add(harness.Claim{
	ID:        "management-data-withheld",
	Statement: "The management port answers no data call from where the clients are.",
	Finding:   "The management port answers data calls in plaintext, from where the clients are.",
	Severity:  harness.SeverityCritical,
	Remediation: "Let only the host itself reach METRICS_PORT (9091): it serves the old data API without TLS, certificate or login. " +
		"proxy.http.enabled: false removes that API, together with REST.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AttachedHere},
	Live:         true,
	Cases:        withheld("/api/v1/collections", "/api/v1/credential/users"),
})
