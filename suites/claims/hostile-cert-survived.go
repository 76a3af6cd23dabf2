package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// A certificate that is made to hurt ends no server.
var _ = add(harness.Claim{
	ID:          "hostile-cert-survived",
	Statement:   "In mode 2 a client certificate that is made to hurt its reader is not served, and the server goes on serving good clients.",
	Severity:    harness.SeverityHigh,
	Remediation: "Let nobody reach this port who may not use it, and end TLS in a proxy that is kept up to date until the release is built with a Go that survives this.",
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest},
	Cases:       append(hostile(harness.HTTP, restNeeds...), hostile(harness.GRPC)...),
})

// hostile makes each hostile certificate one case at a port.
func hostile(at harness.Port, needs ...harness.Feature) []harness.Case {
	var cases []harness.Case
	for _, h := range pki.Hostiles {
		cases = append(cases, ordeal(h.Name, harness.Ordeal{At: at, As: h.Name}, needs...))
	}
	return cases
}
