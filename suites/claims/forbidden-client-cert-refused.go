package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/requirements"
)

// What the standards forbid to accept is refused, whatever the server is built with.
var _ = add(harness.Claim{
	ID:        "forbidden-client-cert-refused",
	Statement: "In mode 2 a client certificate that RFC 5280 or RFC 8446 forbids to accept is refused, on gRPC's port and on REST's.",
	Finding:   "A mode 2 server serves a client whose certificate a verifier has to refuse (the case says which rule it breaks).",
	Severity:  harness.SeverityMedium,
	Remediation: "Do not rely on this rule to keep clients out: do not issue from a CA that is restricted by it, or check client certificates " +
		"in a TLS proxy before the server. A release that is built with a newer Go may refuse them.",
	Requirements: []harness.Requirement{requirements.NISTPathValidation, requirements.NISTClientAuth, requirements.PCITrusted, requirements.PCIValid},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest},
	Cases:        deviating(func(d pki.Deviation) bool { return d.Binds == pki.BindsVerifier }, mustRefuse),
})

// deviating makes cases of the raw client at both ports for each selected deviation.
func deviating(meant func(pki.Deviation) bool, say func(pki.Deviation) []harness.Case) (cases []harness.Case) {
	for _, d := range pki.Deviations {
		if meant(d) {
			cases = append(cases, say(d)...)
		}
	}
	return cases
}

// ruled names a deviation and the rule that it is about.
func ruled(d pki.Deviation) string { return d.Name + " (" + d.Clause + ")" }

func mustRefuse(d pki.Deviation) []harness.Case {
	return rawly(ruled(d), harness.Attempt{Identity: d.Name}, harness.RefusedCertificate)
}
