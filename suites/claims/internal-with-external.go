package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// Components and clients can be encrypted together.
var _ = add(harness.Claim{
	ID:          "internal-with-external",
	Statement:   "Internal TLS and the external modes work together, each with its own certificate, and neither changes the other.",
	Severity:    harness.SeverityCritical,
	Remediation: "Test each port by itself after a change of either: what one of them speaks says nothing of the other.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: configSection}},
	Since:       ">= 2.5",
	Needs:       []harness.Feature{harness.InternalBesideTLS},
	Cases: slices.Concat(
		rawly("clients as configured", harness.Attempt{}, harness.Served),
		rawly("clients in plaintext", harness.Attempt{Over: harness.WirePlain}, harness.RefusedPlaintext),
		need(rawly("clients without a certificate", harness.Attempt{As: harness.Nobody}, harness.RefusedNoCertificate), harness.Mode2),
		components("components over TLS", harness.Attempt{}, harness.Served),
		[]harness.Case{via("create, list, describe, drop", harness.Attempt{Ask: harness.AskSchema}, harness.Go, harness.GRPC, harness.Served)},
	),
})
