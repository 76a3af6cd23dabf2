package protocol_test

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/protocol"
	"milvus-tls-e2e/harness/checks/resilience"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/handshake"
)

func TestJudgeProtocol(t *testing.T) {
	t.Parallel()
	const empty, alone, finished = "sends an empty ClientHello", "offers a protocol that nobody speaks, alone", "sends Finished in plaintext"
	served := resilience.HealthCheck{Outcome: harness.Served}
	alert := func(code int) handshake.Seen { return handshake.Seen{Alert: &connection.Alert{Code: code, Name: "x"}} }
	agreed := handshake.Seen{Hello: true, Version: "1.3", Cipher: "TLS_AES_128_GCM_SHA256"}
	closed, silent := handshake.Seen{End: connection.EndClosed}, handshake.Seen{End: connection.EndTimeout}
	tests := []struct {
		name   string
		probe  string
		want   harness.Outcome
		saw    protocol.Facts
		is     harness.Verdict
		reason string
	}{
		{"an alert is a refusal", empty, protocol.Refused, protocol.Facts{Seen: alert(10), After: served}, harness.Confirmed, "alert 10 (x)"},
		{"so is the end of the connection", empty, protocol.Refused, protocol.Facts{Seen: closed, After: served}, harness.Confirmed, "cut off"},
		{"so is an error of HTTP", empty, protocol.Refused, protocol.Facts{Seen: handshake.Seen{HTTP: 400}, After: served}, harness.Confirmed, "status 400"},
		{"an answer of HTTP is none", empty, protocol.Refused, protocol.Facts{Seen: handshake.Seen{HTTP: 200}, After: served}, harness.Refuted, "status 200"},
		{"HTTP/2 in plaintext is none", empty, protocol.Refused, protocol.Facts{Seen: handshake.Seen{HTTP2: true}, After: served}, harness.Refuted, "in plaintext"},
		{"a ServerHello is none", empty, protocol.Refused, protocol.Facts{Seen: agreed, After: served}, harness.Refuted, "TLS 1.3 TLS_AES_128_GCM_SHA256"},
		{"nor a suite of a sweep", "offers RC4 suites alone", protocol.Refused, protocol.Facts{Seen: handshake.Seen{Suites: []string{"A", "B"}, Alert: &connection.Alert{Code: 40}}, After: served}, harness.Refuted, "TLS 1.2 A, B"},
		{"nor a heartbeat", empty, protocol.Refused, protocol.Facts{Seen: handshake.Seen{Heartbeat: true}, After: served}, harness.Refuted, "heartbeat"},
		{"nor bytes of no kind", empty, protocol.Refused, protocol.Facts{Seen: handshake.Seen{Other: "abcd"}, After: served}, harness.Refuted, "abcd"},
		{"nor silence", empty, protocol.Refused, protocol.Facts{Seen: silent, After: served}, harness.Refuted, "without an answer"},
		{"the named alert", empty, protocol.NamedAlert, protocol.Facts{Seen: alert(50), After: served}, harness.Confirmed, "alert 50"},
		{"another alert", empty, protocol.NamedAlert, protocol.Facts{Seen: alert(10), After: served}, harness.Refuted, "the rule names alert 50"},
		{"no alert", empty, protocol.NamedAlert, protocol.Facts{Seen: closed, After: served}, harness.Refuted, "the rule names alert 50"},
		{"no alert, and the server went on", alone, protocol.NamedAlert, protocol.Facts{Seen: agreed, After: served}, harness.Refuted, "the rule names alert 120"},
		{"an alert that nobody can read", finished, protocol.NamedAlert, protocol.Facts{Seen: handshake.Seen{Sealed: true}, After: served}, harness.Confirmed, "encrypted"},
		{"any alert where none is named", "names two servers", protocol.NamedAlert, protocol.Facts{Seen: alert(80), After: served}, harness.Confirmed, "alert 80"},
		{"a handshake goes on", "names no server", protocol.Agreed, protocol.Facts{Seen: agreed, After: served}, harness.Confirmed, "ServerHello"},
		{"it is refused", "names no server", protocol.Agreed, protocol.Facts{Seen: alert(112), After: served}, harness.Refuted, "alert 112"},
		{"it ends, and nobody says why", "names no server", protocol.Agreed, protocol.Facts{Seen: closed, After: served}, harness.Inconclusive, "cut off"},
		{"it may be refused", "names an address", protocol.Answered, protocol.Facts{Seen: alert(112), After: served}, harness.Confirmed, "alert 112"},
		{"the rest is waited for", "stops within its ClientHello", protocol.Pending, protocol.Facts{Seen: silent, After: served}, harness.Confirmed, "without an answer"},
		{"the rest is not waited for", "stops within its ClientHello", protocol.Pending, protocol.Facts{Seen: agreed, After: served}, harness.Refuted, "ServerHello"},
		{"TLS is turned away", "offers TLS 1.3", protocol.TurnedAway, protocol.Facts{Seen: handshake.Seen{HTTP2: true}, After: served}, harness.Confirmed, "in plaintext"},
		{"TLS is left waiting", "offers TLS 1.3", protocol.TurnedAway, protocol.Facts{Seen: silent, After: served}, harness.Refuted, "without an answer"},
		{"a client that left", "leaves at once", protocol.ClientLeft, protocol.Facts{Seen: handshake.Seen{Left: true}, After: served}, harness.Confirmed, "gone before"},
		{"the server ended", "leaves at once", protocol.ClientLeft, protocol.Facts{Seen: handshake.Seen{Left: true}, Exited: true, Status: 139, Last: "panic: x"}, harness.Refuted, "ended with status 139 (panic: x)"},
		{"nobody was served afterwards", empty, protocol.Refused, protocol.Facts{Seen: alert(50), After: resilience.HealthCheck{Outcome: harness.TimedOut}}, harness.Inconclusive, "a good client after it was left"},
		{"it did not get as far", "sends a second ClientHello", protocol.Refused, protocol.Facts{Seen: handshake.Seen{Missed: true, Alert: &connection.Alert{Code: 70, Name: "x"}}, After: served}, harness.Inconclusive, "did not answer the hello before it (alert 70 (x))"},
		{"nothing listens", empty, protocol.Refused, protocol.Facts{Seen: handshake.Seen{End: connection.EndDialRefused}, After: served}, harness.Inconclusive, "nothing listens"},
		{"nothing was seen", empty, protocol.Refused, protocol.Facts{After: served}, harness.Inconclusive, "nothing was observed"},
		{"what no such client comes to", empty, harness.Served, protocol.Facts{Seen: alert(50), After: served}, harness.Inconclusive, "outcome cannot be served"},
	}
	for _, tt := range tests {
		j := checks.Judge(protocol.Check{Port: harness.GRPC, Probe: tt.probe}, tt.want, checks.Evidence{Saw: &tt.saw})
		if j.Verdict != tt.is || !strings.Contains(j.Reason, tt.reason) {
			t.Errorf("%s: %v, want %v: %s", tt.name, j.Verdict, tt.is, j.Reason)
		}
		if j.Verdict == harness.Inconclusive && j.Cause == 0 {
			t.Errorf("%s: no cause: %s", tt.name, j.Reason)
		}
	}
}
