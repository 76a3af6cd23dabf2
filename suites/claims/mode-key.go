package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// One key switches external TLS on and off. The oldest page's prose names another,
// common.security.tlsEnabled, while its block has the right one.
var _ = add(harness.Claim{
	ID:           "mode-key",
	Statement:    "The key that switches external TLS is common.security.tlsMode, and it alone.",
	Finding:      "common.security.tlsMode alone does not decide whether external TLS is on.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Test what the port speaks before you rely on it: the configuration does not tell.",
	Requirements: []harness.Requirement{requirements.PCITransit},
	Sources:      []harness.Source{{Lines: "2.2-3.0", Section: configSection}},
	Needs:        []harness.Feature{harness.KnownMode, harness.Plainest},
	Cases: slices.Concat(
		// The topologies of the plain modes differ in this key alone.
		need(rawly("tlsMode 0 leaves TLS off", harness.Attempt{}, harness.Served), harness.Mode0),
		need(rawly("tlsMode 1 switches it on", harness.Attempt{}, harness.Served), harness.Mode1),
		need(rawly("tlsMode 2 switches it on", harness.Attempt{}, harness.Served), harness.Mode2),
		[]harness.Case{starting("tlsEnabled alone does not", setTo("tlsEnabled", "true"), start.StartedPlain, harness.Mode0)},
	),
})

func setTo(key, value string) harness.ConfigChange {
	return harness.ConfigChange{Key: "common.security." + key, Value: value}
}
