package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/resilience"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/requirements"
)

// A certificate that is made to hurt ends no server.
var _ = add(harness.Claim{
	ID:        "hostile-cert-survived",
	Statement: "In mode 2 a malformed client certificate is refused, and the server goes on serving good clients.",
	Finding:   "A malformed client certificate harms a mode 2 server: it ends, serves that client, or keeps good clients out (the reason says which).",
	Severity:  harness.SeverityHigh,
	Remediation: "Let only trusted networks reach this port, and end TLS in an up-to-date proxy before it until the release is built with a Go " +
		"version that survives this.",
	Requirements: []harness.Requirement{requirements.NISTClientAuth},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest},
	Cases:        append(hostile(harness.HTTP, restNeeds...), hostile(harness.GRPC)...),
})

// hostile makes each hostile certificate one case at a port.
func hostile(at harness.Port, needs ...harness.Feature) []harness.Case {
	var cases []harness.Case
	for _, h := range pki.Hostiles {
		cases = append(cases, resilienceCase(h.Name, resilience.Check{Port: at, Identity: h.Name}, needs...))
	}
	return cases
}
