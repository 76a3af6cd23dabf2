package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// Internal TLS is there when it is switched on.
var _ = add(harness.Claim{
	ID:        "internal-enabled",
	Statement: "With internaltlsEnabled: true every port of the server's components serves TLS with the certificate of internaltls.*, and the components work together.",
	Finding: "With internaltlsEnabled: true a component's port does not serve TLS with the configured certificate, or the components do not work " +
		"together.",
	Severity: harness.SeverityCritical,
	Remediation: "Search the server's log for internal TLS, and test what each internal port shows: nothing else tells whether internal TLS is on. " +
		"A certificate that is not accepted has to lead to internaltls.caPemPath and to be for internaltls.sni.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: configSection}},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.InternalTLS},
	Live:         true,
	Cases: slices.Concat(
		findingIfUnaccepted("The certificate that a component's port shows does not lead to the CA that components trust, or is not for the name that they expect.",
			components("TLS", harness.Attempt{}, harness.Served)...),
		[]harness.Case{via("create, list, describe, drop", harness.Attempt{Request: harness.RequestSchema}, harness.Go, harness.GRPC, harness.Served)},
	),
})
