package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/httpget"
	"milvus-tls-e2e/harness/requirements"
)

// The management port has neither TLS nor a login, so it must not be reachable from outside.
var _ = add(harness.Claim{
	ID:           "management-out-of-reach",
	Statement:    "The management port cannot be reached from where the clients are, and hands out neither metrics nor profiles nor settings there.",
	Finding:      "The management port is reachable from where the clients are, or hands out metrics, profiles or settings there.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Let only the host itself and the metrics collector reach METRICS_PORT (9091): it has no TLS in any mode.",
	Requirements: []harness.Requirement{requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AttachedHere},
	Live:         true,
	Cases: append(finding("The management port is reachable from where the clients are.",
		harness.Case{Name: "the port", Want: httpget.Unreachable, Check: httpget.Check{Path: "/healthz"}}),
		withheld("/metrics", "/debug/pprof/", "/debug/pprof/cmdline", "/log/level", "/webui/")...),
})

// withheld makes one case of each path of the management port.
func withheld(paths ...string) []harness.Case {
	var cases []harness.Case
	for _, p := range paths {
		cases = append(cases, harness.Case{
			Name: p, Want: httpget.Withheld, Check: httpget.Check{Path: p},
			Finding: "The management port hands out " + p + " to the network that the clients are in.",
		})
	}
	return cases
}
