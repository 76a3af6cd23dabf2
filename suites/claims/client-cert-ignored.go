package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// Below mode 2 a client certificate changes nothing.
var _ = add(harness.Claim{
	ID:          "client-cert-ignored",
	Statement:   "In modes 0 and 1 a client certificate, good or bad, makes no difference.",
	Finding:     "In mode 0 or 1 a client that shows a certificate is refused, although the server should not look at it.",
	Severity:    harness.SeverityMedium,
	Remediation: "Remove the certificate from the client's settings where the server asks for none.",
	Needs:       []harness.Feature{harness.NotMutual},
	Live:        true,
	Cases: slices.Concat(
		need(showing(harness.Served), harness.Mode1),
		need(showing(harness.RefusedTLS), harness.Mode0),
	),
})

// showing makes one case of the raw client for each identity at each port. In
// mode 0 the client fails as one without a certificate does.
func showing(want harness.Outcome) []harness.Case {
	var cases []harness.Case
	for _, good := range []bool{true, false} {
		for _, name := range pki.Names(good) {
			suffix := map[bool]string{true: "", false: " to a port without TLS"}[want == harness.Served]
			cases = append(cases, rawly("showing "+name+suffix, harness.Attempt{Identity: name, Transport: harness.TransportTLS}, want)...)
		}
	}
	return cases
}
