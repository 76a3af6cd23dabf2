package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// A mode that has no meaning stops the start.
var _ = add(harness.Claim{
	ID:           "unknown-mode-refused",
	Statement:    "A tlsMode that is not 0, 1 or 2 stops the start; the server does not serve plaintext instead.",
	Finding:      "A tlsMode that is not 0, 1 or 2 does not stop the start.",
	FindingIf:    map[harness.Outcome]string{start.StartedPlain: "A tlsMode that is not 0, 1 or 2 starts a server that serves gRPC in plaintext."},
	Severity:     harness.SeverityCritical,
	Remediation:  "Check tlsMode before a restart, and test afterwards that the port refuses plaintext.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.PCIVersions, requirements.ISOCryptography},
	Cases: []harness.Case{
		starting("the server's own start", harness.ConfigChange{}, start.NotStarted, harness.OddMode),
		starting("tlsMode -1", setTo("tlsMode", "-1"), start.NotStarted, harness.Mode1, harness.Plainest),
		starting("tlsMode 3, REST switched off", setTo("tlsMode", "3"), start.NotStarted, harness.Mode1, harness.RESTIsOff),
		starting("tlsMode two", setTo("tlsMode", "two"), start.NotStarted, harness.Mode1, harness.Plainest),
	},
})
