package harness

import (
	"strings"
	"testing"
)

func TestJudgeCanary(t *testing.T) {
	t.Parallel()
	hidden := CanaryFacts{Hop: GRPC, Sent: true, TLS: 2, Bytes: 4000}
	plain := CanaryFacts{Hop: GRPC, Sent: true, Plain: 1, Bytes: 3000, Canary: 3}
	blank := CanaryFacts{Hop: GRPC, Sent: true, Plain: 1, Bytes: 3000}
	with := func(change func(*CanaryFacts)) CanaryFacts {
		c := hidden
		change(&c)
		return c
	}
	tests := []struct {
		name    string
		saw     CanaryFacts
		control Facts
		want    Verdict
		reason  string
	}{
		{"hidden, and seen in plaintext", hidden, &plain, Confirmed, "never seen in 4000 bytes of 2 connections over TLS; on the same hop in plaintext it was seen 3 times"},
		{"hidden, and no control", hidden, nil, Inconclusive, "nobody looked"},
		{"hidden in plaintext too", hidden, &blank, Inconclusive, "not seen on this hop either"},
		{"seen once", with(func(c *CanaryFacts) { c.Canary = 1 }), &plain, Refuted, "seen once on the hop to grpc"},
		{"seen although it was not sent to the end", with(func(c *CanaryFacts) { c.Canary, c.Sent = 2, false }), nil, Refuted, "seen 2 times"},
		{"not sent", with(func(c *CanaryFacts) { c.Sent, c.Evidence = false, "no such thing" }), &plain, Inconclusive, "did not get as far as the API (no such thing)"},
		{"packets missed", with(func(c *CanaryFacts) { c.Missed = 7 }), &plain, Inconclusive, "missed 7 packets"},
		{"no TLS at all", with(func(c *CanaryFacts) { c.TLS, c.Plain = 0, 4 }), &plain, Inconclusive, "no connection on the hop spoke TLS"},
	}
	for _, tt := range tests {
		j := Judge(CanaryCheck{}, CanaryHidden, Evidence{Saw: &tt.saw, Control: tt.control})
		if j.Verdict != tt.want || !strings.Contains(j.Reason, tt.reason) {
			t.Errorf("%s: %v, want %v: %s", tt.name, j.Verdict, tt.want, j.Reason)
		}
	}
	if j := Judge(CanaryCheck{}, Served, Evidence{Saw: &hidden, Control: &plain}); j.Verdict != Inconclusive {
		t.Errorf("a look at a hop was judged as an attempt: %v", j.Verdict)
	}
}

func TestCrossedCountsConnections(t *testing.T) {
	t.Parallel()
	var c CanaryFacts
	for _, one := range []Transcript{
		{Answered: SpokeTLS, ToServer: 10, ToClient: 20},
		{Kind: SpokeTLS, Answered: SpokeNothing, ToServer: 5}, // a ClientHello that nobody answered
		{Answered: SpokeHTTP2, ToClient: 7, Canary: &Canary{ToServer: 1, ToClient: 2}},
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
	refused := Observation{CertRequested: true, ClientCert: "a", HandshakeDone: true, End: EndAlert, Alert: &Alert{Code: alertBadCertificate, Name: "bad certificate"}}
	served := Observation{Answer: AnswerData}
	for heard, want := range map[bool]Verdict{true: Confirmed, false: Inconclusive} {
		saw := refused
		saw.Transcripts = []Transcript{{Kind: SpokeTLS, Hello: heard}}
		j := Judge(Attempt{}, RefusedCertificate, Evidence{Saw: &saw, Control: &served, ExpectedClientCert: "a"})
		if j.Verdict != want {
			t.Errorf("ClientHello delivered %v: %v, want %v: %s", heard, j.Verdict, want, j.Reason)
		}
	}
}
