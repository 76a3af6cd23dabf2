package claims

import "milvus-tls-e2e/harness"

// The management port has neither TLS nor a login, so it is nobody's from outside.
var _ = add(harness.Claim{
	ID:          "management-out-of-reach",
	Statement:   "The management port cannot be reached from where the clients are, and hands out neither metrics nor profiles nor settings there.",
	Severity:    harness.SeverityMedium,
	Remediation: "Let nobody but the host itself and what collects its metrics reach METRICS_PORT (9091), which has no TLS in any mode.",
	Needs:       []harness.Feature{harness.StandingHere},
	Live:        true,
	Cases: append([]harness.Case{{Name: "the port", Want: harness.Unreachable, Look: harness.Fetch{Path: "/healthz"}}},
		withheld("/metrics", "/debug/pprof/", "/debug/pprof/cmdline", "/log/level", "/webui/")...),
})

// withheld makes one case of each path of the management port.
func withheld(paths ...string) []harness.Case {
	var cases []harness.Case
	for _, p := range paths {
		cases = append(cases, harness.Case{Name: p, Want: harness.Withheld, Look: harness.Fetch{Path: p}})
	}
	return cases
}
