package claims

import "milvus-tls-e2e/harness"

// A mode that has no meaning stops the start.
var _ = add(harness.Claim{
	ID:          "unknown-mode-refused",
	Statement:   "A tlsMode that no page gives a meaning to stops the start, instead of serving plaintext.",
	Severity:    harness.SeverityCritical,
	Remediation: "Check tlsMode before a restart: a mistyped mode may leave every port in plaintext without a word.",
	Cases: []harness.Case{
		starting("the server's own start", harness.Change{}, harness.NotStarted, harness.OddMode),
		starting("tlsMode -1", setTo("tlsMode", "-1"), harness.NotStarted, harness.Mode1, harness.Plainest),
		starting("tlsMode 3, REST switched off", setTo("tlsMode", "3"), harness.NotStarted, harness.Mode1, harness.RESTIsOff),
		starting("tlsMode two", setTo("tlsMode", "two"), harness.NotStarted, harness.Mode1, harness.Plainest),
	},
})
