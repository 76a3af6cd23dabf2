package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// Whoever runs a deployment knows the mode that it was meant to have.
var _ = add(harness.Claim{
	ID:           "mode-not-weaker",
	Statement:    "The ports are in the TLS mode that is expected of them, or in a stronger one.",
	Finding:      "A port is in a weaker TLS mode than expected.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Check that common.security.tlsMode stands below the right key, restart the server, and check again: until then this port is open.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.NISTClientAuth, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:         true,
	Cases: slices.Concat(
		rawly("plaintext", harness.Attempt{Transport: harness.TransportPlain}, harness.KeptOut),
		need(rawly("without a certificate", harness.Attempt{Identity: harness.Nobody, TrustStore: harness.TrustAnything}, harness.KeptOut), harness.Mode2),
	),
})
