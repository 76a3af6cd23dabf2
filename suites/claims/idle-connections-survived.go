package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/resilience"
)

// Idle connections keep no client out.
var _ = add(harness.Claim{
	ID:          "idle-connections-survived",
	Statement:   "In modes 1 and 2, connections that are opened and left idle, before, within or after the handshake, keep no good client out.",
	Finding:     "Connections that are opened and left idle keep good clients out.",
	Severity:    harness.SeverityHigh,
	Remediation: "Let only trusted networks reach this port, and limit the connections per address in a proxy or firewall before it.",
	Needs:       []harness.Feature{harness.AnyTLS, harness.Plainest},
	Cases:       append(idle(harness.GRPC), idle(harness.HTTP, restNeeds...)...),
})

// idle makes each kind of idle connection one case at a port.
func idle(at harness.Port, needs ...harness.Feature) []harness.Case {
	var cases []harness.Case
	for _, how := range []resilience.Idle{resilience.IdleSilent, resilience.IdleHalf, resilience.IdleShaken} {
		cases = append(cases, resilienceCase("connections "+string(how), resilience.Check{Port: at, Idle: how}, needs...))
	}
	return cases
}
