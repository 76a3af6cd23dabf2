package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// Components and clients can be encrypted together.
var _ = add(harness.Claim{
	ID:           "internal-with-external",
	Statement:    "Internal TLS and the external modes work together, each with its own certificate, and neither changes the other.",
	Finding:      "With internal TLS and an external mode on together, one of them changes which clients the other one serves or refuses.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Test each port after a change of either setting: what one port speaks says nothing about the other.",
	Requirements: []harness.Requirement{requirements.PCITransit},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: configSection}},
	Since:        ">= 2.5",
	Needs:        []harness.Feature{harness.InternalBesideTLS},
	Cases: slices.Concat(
		rawly("clients as configured", harness.Attempt{}, harness.Served),
		rawly("clients in plaintext", harness.Attempt{Transport: harness.TransportPlain}, harness.RefusedPlaintext),
		need(rawly("clients without a certificate", harness.Attempt{Identity: harness.Nobody}, harness.RefusedNoCertificate), harness.Mode2),
		components("components over TLS", harness.Attempt{}, harness.Served),
		[]harness.Case{via("create, list, describe, drop", harness.Attempt{Request: harness.RequestSchema}, harness.Go, harness.GRPC, harness.Served)},
	),
})
