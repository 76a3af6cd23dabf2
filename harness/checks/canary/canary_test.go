package canary_test

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness/connection"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/canary"
	_ "milvus-tls-e2e/harness/checks/connect"
)

func TestJudgeCanary(t *testing.T) {
	t.Parallel()
	hidden := canary.Facts{Hop: harness.GRPC, Sent: true, TLS: 2, Bytes: 4000}
	plain := canary.Facts{Hop: harness.GRPC, Sent: true, Plain: 1, Bytes: 3000, Canary: 3}
	blank := canary.Facts{Hop: harness.GRPC, Sent: true, Plain: 1, Bytes: 3000}
	with := func(change func(*canary.Facts)) canary.Facts {
		c := hidden
		change(&c)
		return c
	}
	tests := []struct {
		name    string
		saw     canary.Facts
		control harness.Facts
		want    harness.Verdict
		reason  string
	}{
		{"hidden, and seen in plaintext", hidden, &plain, harness.Confirmed, "never seen in 4000 bytes of 2 connections over TLS; on the same hop in plaintext it was seen 3 times"},
		{"hidden, and no control", hidden, nil, harness.Inconclusive, "was not recorded in plaintext"},
		{"hidden in plaintext too", hidden, &blank, harness.Inconclusive, "not seen on this hop either"},
		{"seen once", with(func(c *canary.Facts) { c.Canary = 1 }), &plain, harness.Refuted, "seen once on the hop to grpc"},
		{"seen although it was not sent to the end", with(func(c *canary.Facts) { c.Canary, c.Sent = 2, false }), nil, harness.Refuted, "seen 2 times"},
		{"not sent", with(func(c *canary.Facts) { c.Sent, c.Evidence = false, "no such thing" }), &plain, harness.Inconclusive, "did not get as far as the API (no such thing)"},
		{"packets missed", with(func(c *canary.Facts) { c.Missed = 7 }), &plain, harness.Inconclusive, "missed 7 packets"},
		{"no TLS at all", with(func(c *canary.Facts) { c.TLS, c.Plain = 0, 4 }), &plain, harness.Inconclusive, "no connection on the hop spoke TLS"},
	}
	for _, tt := range tests {
		j := checks.Judge(canary.Check{}, canary.Hidden, checks.Evidence{Saw: &tt.saw, Control: tt.control})
		if j.Verdict != tt.want || !strings.Contains(j.Reason, tt.reason) {
			t.Errorf("%s: %v, want %v: %s", tt.name, j.Verdict, tt.want, j.Reason)
		}
	}
	if j := checks.Judge(canary.Check{}, harness.Served, checks.Evidence{Saw: &hidden, Control: &plain}); j.Verdict != harness.Inconclusive {
		t.Errorf("a look at a hop was judged as an attempt: %v", j.Verdict)
	}
}

func TestCrossedCountsConnections(t *testing.T) {
	t.Parallel()
	var c canary.Facts
	for _, one := range []connection.Transcript{
		{Answered: connection.SpokeTLS, ToServer: 10, ToClient: 20},
		{Kind: connection.SpokeTLS, Answered: connection.SpokeNothing, ToServer: 5}, // a ClientHello that nobody answered
		{Answered: connection.SpokeHTTP2, ToClient: 7, Canary: &connection.Canary{ToServer: 1, ToClient: 2}},
	} {
		c.Add(one)
	}
	if c.TLS != 1 || c.Plain != 1 || c.Bytes != 42 || c.Canary != 3 {
		t.Errorf("counted %+v", c)
	}
}

// What a server turned away without having heard it proves nothing about it.
func TestJudgeWantsTheClientHelloToHaveArrived(t *testing.T) {
	t.Parallel()
	refused := connection.Observation{CertRequested: true, ClientCert: "a", HandshakeDone: true, End: connection.EndAlert, Alert: &connection.Alert{Code: connection.AlertBadCertificate, Name: "bad certificate"}}
	served := connection.Observation{Answer: connection.AnswerData}
	for heard, want := range map[bool]harness.Verdict{true: harness.Confirmed, false: harness.Inconclusive} {
		saw := refused
		saw.Transcripts = []connection.Transcript{{Kind: connection.SpokeTLS, Hello: heard}}
		j := checks.Judge(harness.Attempt{}, harness.RefusedCertificate, checks.Evidence{Saw: &saw, Control: &served, ExpectedClientCert: "a"})
		if j.Verdict != want {
			t.Errorf("ClientHello delivered %v: %v, want %v: %s", heard, j.Verdict, want, j.Reason)
		}
	}
}
