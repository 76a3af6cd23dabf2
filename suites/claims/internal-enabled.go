package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// Internal TLS is there when it is switched on.
var _ = add(harness.Claim{
	ID:          "internal-enabled",
	Statement:   "With internaltlsEnabled: true every port of the server's components serves TLS with the certificate of internaltls.*, and the components work together.",
	Severity:    harness.SeverityCritical,
	Remediation: "Look into the server's log for internal TLS, and at what each internal port shows: nothing else tells.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: configSection}},
	Since:       ">= 2.5",
	Needs:       []harness.Feature{harness.InternalTLS},
	Cases: slices.Concat(
		components("TLS", harness.Attempt{}, harness.Served),
		[]harness.Case{via("create, list, describe, drop", harness.Attempt{Ask: harness.AskSchema}, harness.Go, harness.GRPC, harness.Served)},
	),
})
