package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// Where HSTS is configured, browsers are told to use TLS alone.
var _ = add(harness.Claim{
	ID:          "rest-hsts",
	Statement:   "With proxy.http.enableHSTS REST's answers over TLS have a Strict-Transport-Security header with the configured age; without it they have none.",
	Finding:     "REST's answers over TLS lack the configured Strict-Transport-Security header, or have one that is not configured.",
	Severity:    harness.SeverityLow,
	Remediation: "Let a proxy before REST's port add the header, or remove it.",
	Needs:       []harness.Feature{harness.AnyTLS, harness.RESTAlone, harness.NoUsers, harness.RESTHSTS},
	Cases: []harness.Case{
		starting("switched off", harness.ConfigChange{}, start.HSTSAsConfigured),
		starting("switched on for 4711 s", strict("enableHSTS: true, hstsMaxAge: 4711"), start.HSTSAsConfigured, harness.Mode1, harness.Plainest),
		starting("switched on for a year, with subdomains", strict("enableHSTS: true, hstsIncludeSubDomains: true"),
			start.HSTSAsConfigured, harness.Mode2, harness.Plainest),
	},
})

// strict is the change of some settings of proxy.http.
func strict(settings string) harness.ConfigChange {
	return harness.ConfigChange{Config: "proxy: {http: {" + settings + "}}"}
}
