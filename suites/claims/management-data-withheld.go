package claims

import "milvus-tls-e2e/harness"

// The old data API on the management port is a way around TLS and login.
var _ = add(harness.Claim{
	ID:          "management-data-withheld",
	Statement:   "The management port answers no data call from where the clients are.",
	Severity:    harness.SeverityCritical,
	Remediation: "Let nobody but the host itself reach METRICS_PORT (9091): it serves the old data API without TLS, certificate and login; proxy.http.enabled: false takes that API away, together with REST.",
	Needs:       []harness.Feature{harness.StandingHere},
	Live:        true,
	Cases:       withheld("/api/v1/collections", "/api/v1/credential/users"),
})
