package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/protocol"
	"milvus-tls-e2e/harness/handshake"
)

// A client that breaks a rule of TLS gets the right alert.
var _ = add(harness.Claim{
	ID:          "tls-violations-alerted",
	Statement:   "In modes 1 and 2 a client that breaks a rule of TLS is told so by the alert that the rule names.",
	Finding:     "A client that breaks a rule of TLS is cut off without an alert, or with another than the rule names.",
	Severity:    harness.SeverityLow,
	Remediation: "Look for the reason in the server's log: the client's error does not hold it.",
	Needs:       []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases:       external(protocol.NamedAlert, due(handshake.Of(handshake.Violation, handshake.Optional))),
})

// due are the probes after which an alert is due: what is no TLS gets none, nor what a
// server may go on with.
func due(all []handshake.Probe) (due []handshake.Probe) {
	for _, p := range all {
		if p.Group == handshake.Violation && !p.Mute || p.Alerts != nil {
			due = append(due, p)
		}
	}
	return due
}
