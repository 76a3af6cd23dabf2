package session_test

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/session"
	"milvus-tls-e2e/harness/connection"
)

func TestJudgeSession(t *testing.T) {
	t.Parallel()
	served := connection.Observation{Answer: connection.AnswerData}
	resumed := connection.Observation{Answer: connection.AnswerData, Resumed: true}
	refused := connection.Observation{End: connection.EndAlert, Alert: connection.AlertOf(45)}
	closed := connection.Observation{End: connection.EndClosed, HandshakeDone: true}
	tests := []struct {
		name   string
		saw    session.Facts
		want   harness.Verdict
		reason string
	}{
		{"refused, where sessions are resumed", session.Facts{Began: served, Ticket: true, After: refused, Compare: resumed}, harness.Confirmed, "alert 45 (expired certificate)); a client whose certificate is valid resumed"},
		{"refused, where none is", session.Facts{Began: served, Ticket: true, After: refused, Compare: served}, harness.Confirmed, "by a new handshake"},
		{"served by the ticket", session.Facts{Began: served, Ticket: true, After: resumed, Compare: resumed}, harness.Refuted, "resumed its session and was served"},
		{"served without it", session.Facts{Began: served, Ticket: true, After: served, Compare: served}, harness.Refuted, "by a new handshake"},
		{"ended before the client came", session.Facts{Began: refused, After: refused, Compare: served}, harness.Inconclusive, "while its certificate was valid"},
		{"no ticket", session.Facts{Began: served, After: refused, Compare: served}, harness.Inconclusive, "no session ticket"},
		{"cut off for no reason", session.Facts{Began: served, Ticket: true, After: closed, Compare: resumed}, harness.Inconclusive, "the client with the ticket"},
		{"nobody is served any more", session.Facts{Began: served, Ticket: true, After: refused, Compare: refused}, harness.Inconclusive, "a client whose certificate is valid was"},
	}
	for _, tt := range tests {
		j := checks.Judge(session.Check{Ended: session.Leaf}, session.Refused, checks.Evidence{Saw: &tt.saw})
		if j.Verdict != tt.want || !strings.Contains(j.Reason, tt.reason) {
			t.Errorf("%s: %v, want %v: %s", tt.name, j.Verdict, tt.want, j.Reason)
		}
	}
	if j := checks.Judge(session.Check{}, harness.Served, checks.Evidence{Saw: &tests[0].saw}); j.Verdict != harness.Inconclusive {
		t.Errorf("it was judged as an attempt: %v", j.Verdict)
	}
}
