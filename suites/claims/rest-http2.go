package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// REST's TLS port speaks both versions of HTTP.
var _ = add(harness.Claim{
	ID:          "rest-http2",
	Statement:   "REST's TLS port offers HTTP/2 and HTTP/1.1 by ALPN, and serves a client over either, in modes 1 and 2.",
	Finding:     "REST's TLS port does not serve a client over HTTP/2, or not over HTTP/1.1.",
	Severity:    harness.SeverityMedium,
	Remediation: "Let clients of REST offer both protocols, and look for a load balancer before the port that selects neither.",
	Needs:       httpVersions,
	Live:        true,
	Cases: slices.Concat(
		overREST("offering h2 alone", harness.ALPNHTTP2),
		overREST("offering http/1.1 alone", harness.ALPNHTTP1),
	),
})

// httpVersions are what a case about the versions of HTTP on REST's TLS port needs.
var httpVersions = []harness.Feature{harness.AnyTLS, harness.RESTAlone, harness.RESTHTTP2}

// overREST makes one case of each client that can choose its protocol.
func overREST(name, protocol string) []harness.Case {
	a := harness.Attempt{ALPN: protocol}
	return []harness.Case{
		via(name, a, harness.Raw, harness.HTTP, harness.Served),
		via(name, a, harness.REST, harness.HTTP, harness.Served),
	}
}
