package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/compare"
	"milvus-tls-e2e/harness/requirements"
)

// Two doors to the same data are as strong as the weaker one.
var _ = add(harness.Claim{
	ID: "rest-not-weaker",
	Statement: "REST's port is no weaker than gRPC's: it refuses every client without TLS, without a certificate or with an old version of TLS " +
		"that gRPC's port refuses.",
	Finding:      "REST's port serves a client that gRPC's port refuses: without TLS, without a certificate, or with an old version of TLS.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Close REST's port, or put a TLS proxy before it that asks for what gRPC's port asks for.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.PCIVersions, requirements.NISTClientAuth, requirements.NISTVersions, requirements.BSIVersions},
	Needs:        []harness.Feature{harness.AttachedHere, harness.AnyTLS, harness.RESTAlone},
	Live:         true,
	Cases: []harness.Case{
		beside("plaintext", harness.Attempt{Transport: harness.TransportPlain}),
		beside("without a certificate", harness.Attempt{Identity: harness.Nobody, TrustStore: harness.TrustAnything}, harness.Mode2),
		beside("TLS 1.0 alone", harness.Attempt{TLSVersion: "1.0", TrustStore: harness.TrustAnything}),
		beside("TLS 1.1 alone", harness.Attempt{TLSVersion: "1.1", TrustStore: harness.TrustAnything}),
		beside("TLS 1.2 alone", harness.Attempt{TLSVersion: "1.2", TrustStore: harness.TrustAnything}),
	},
})

func beside(name string, a harness.Attempt, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name, Want: harness.NotWeaker, Needs: needs, Check: compare.Ports{Attempt: a}}
}
