package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/requirements"
)

// HTTP/2 is no other way in.
var _ = add(harness.Claim{
	ID: "rest-http2-admission",
	Statement: "REST's TLS port accepts over HTTP/2 the clients that it accepts over HTTP/1.1: mode 2 refuses every bad client certificate and " +
		"serves every good one.",
	Finding:      "REST's TLS port treats a client over HTTP/2 differently from one over HTTP/1.1.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Until the release checks client certificates over HTTP/2 too, close REST's port or put a TLS proxy before it that checks them.",
	Requirements: []harness.Requirement{requirements.NISTClientAuth, requirements.PCITrusted},
	Needs:        append(slices.Clone(httpVersions), harness.Plainest),
	Live:         true,
	Cases: slices.Concat(
		overHTTP2("plaintext", harness.Attempt{Transport: harness.TransportPlain}, harness.RefusedPlaintext),
		overHTTP2("mode 1: TLS 1.1 alone", harness.Attempt{TLSVersion: "1.1"}, harness.RefusedProtocol, harness.Mode1),
		overHTTP2("mode 2: TLS 1.2 alone", harness.Attempt{TLSVersion: "1.2"}, harness.RefusedProtocol, harness.Mode2),
		overHTTP2("without a certificate", harness.Attempt{Identity: harness.Nobody}, harness.Served, harness.Mode1),
		overHTTP2("without a certificate in mode 2", harness.Attempt{Identity: harness.Nobody}, harness.RefusedNoCertificate, harness.Mode2),
		identitiesOverHTTP2(false, harness.RefusedCertificate),
		identitiesOverHTTP2(true, harness.Served),
	),
})

// overHTTP2 is one case: the raw client, speaking HTTP/2 at REST's port.
func overHTTP2(name string, a harness.Attempt, want harness.Outcome, needs ...harness.Feature) []harness.Case {
	a.ALPN = harness.ALPNHTTP2
	return []harness.Case{via(name, a, harness.Raw, harness.HTTP, want, needs...)}
}

// identitiesOverHTTP2 makes one case of each identity of the catalogue that is good,
// or bad.
func identitiesOverHTTP2(good bool, want harness.Outcome) []harness.Case {
	var cases []harness.Case
	for _, name := range pki.Names(good) {
		cases = append(cases, overHTTP2("as "+name, harness.Attempt{Identity: name}, want, harness.Mode2)...)
	}
	return cases
}
