package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/protocol"
	"milvus-tls-e2e/harness/handshake"
)

// A TLS client of a plaintext port is not left waiting.
var _ = add(harness.Claim{
	ID:          "plaintext-port-ends-tls",
	Statement:   "A port without TLS ends the connection of a client that speaks TLS, in whatever version, and does not leave it waiting.",
	Finding:     "A port without TLS leaves a client that speaks TLS waiting, or ends over it.",
	Severity:    harness.SeverityLow,
	Remediation: "Give the client a time limit of its own.",
	Needs:       []harness.Feature{harness.KnownMode},
	Cases: slices.Concat(
		need(turnedAway(harness.GRPC), harness.Mode0),
		need(turnedAway(harness.HTTP), append([]harness.Feature{harness.Mode0}, restNeeds...)...),
		need(turnedAway(harness.Management), harness.Plainest),
	),
})

// turnedAway makes each version that a client may offer one case.
func turnedAway(port harness.Port) (cases []harness.Case) {
	for _, p := range handshake.Of(handshake.Weak, handshake.Tolerated) {
		if p.Offers {
			cases = append(cases, sayingAt(port, p, protocol.TurnedAway))
		}
	}
	return cases
}
