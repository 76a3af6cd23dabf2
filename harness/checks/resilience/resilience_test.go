package resilience_test

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/resilience"
)

func TestJudgeResilience(t *testing.T) {
	t.Parallel()
	fine := []resilience.HealthCheck{{Client: harness.Raw, Outcome: harness.Served, Seconds: 0.01}}
	late := []resilience.HealthCheck{{Client: harness.Raw, Outcome: harness.TimedOut, Seconds: 10}}
	away := []resilience.HealthCheck{{Client: harness.Raw, Outcome: harness.NothingListens}}
	own := []resilience.HealthCheck{{Client: harness.Raw, Outcome: harness.FailedInClient, Detail: "too many open files"}}
	shown := resilience.Facts{Identity: "x", Tried: 3, Reached: 3, Ends: map[string]int{"alert 42 (bad certificate)": 3}, Before: fine, After: fine}
	held := resilience.Facts{Idle: resilience.IdleSilent, Tried: 200, Reached: 200, Held: 200, Before: fine, After: fine}
	but := func(e resilience.Facts, change func(*resilience.Facts)) resilience.Facts {
		change(&e)
		return e
	}
	tests := []struct {
		name   string
		saw    resilience.Facts
		want   harness.Verdict
		reason string
	}{
		{"a certificate is survived", shown, harness.Confirmed, "shown 3 times, and never served (alert 42 (bad certificate) 3 times), in at most 0.00 s; raw was served in 0.01 s"},
		{"connections are survived", held, harness.Confirmed, "200 of 200 connections held open that say nothing; raw was served in 0.01 s"},
		{"a certificate is served", but(shown, func(e *resilience.Facts) { e.Served = 1 }), harness.Refuted, "of 3 clients with this certificate, 1 were served"},
		{"a certificate is served without being asked for", but(shown, func(e *resilience.Facts) { e.Served, e.Reached = 3, 0 }), harness.Refuted, "3 were served"},
		{"the server ended over a certificate", but(shown, func(e *resilience.Facts) {
			e.Reached, e.After, e.Exited, e.Status, e.Last = 1, away, true, 134, "panic: x"
		}),
			harness.Refuted, "shown once, and the server ended with status 134 (panic: x)"},
		{"the server ended over connections", but(held, func(e *resilience.Facts) { e.After, e.Exited, e.Status = away, true, 137 }), harness.Refuted, "the server ended with status 137"},
		{"the server ended although a good client was still served", but(shown, func(e *resilience.Facts) { e.Exited, e.Status = true, 134 }), harness.Refuted, "status 134"},
		{"nothing listens any more", but(shown, func(e *resilience.Facts) { e.After = away }), harness.Refuted, "raw was refused because nothing listens"},
		{"nobody is served any more", but(shown, func(e *resilience.Facts) { e.After, e.Again = late, late }), harness.Refuted, "left without an answer in 10.00 s; once more raw was left"},
		{"kept out, and let in once they were gone", but(held, func(e *resilience.Facts) { e.After, e.Again = late, fine }), harness.Refuted, "once they were gone raw was served"},
		{"late once after a certificate", but(shown, func(e *resilience.Facts) { e.After, e.Again = late, fine }), harness.Inconclusive, "afterwards raw was left without an answer"},
		{"the client failed by itself", but(held, func(e *resilience.Facts) { e.After, e.Again = own, fine }), harness.Inconclusive, "too many open files"},
		{"nobody was served before", but(shown, func(e *resilience.Facts) { e.Before = late }), harness.Inconclusive, "no good client was served before"},
		{"nobody was tried before", but(held, func(e *resilience.Facts) { e.Before = nil }), harness.Inconclusive, "no good client was served before"},
		{"the certificate was never sent", but(shown, func(e *resilience.Facts) { e.Reached = 0 }), harness.Inconclusive, "nothing of it reached the server"},
		{"the server ended before anything reached it", but(shown, func(e *resilience.Facts) { e.Reached, e.Exited = 0, true }), harness.Inconclusive, "nothing of it reached the server"},
		{"the certificate was sent once", but(shown, func(e *resilience.Facts) { e.Reached = 1 }), harness.Inconclusive, "only 1 of 3 clients got to show"},
		{"a client with it was not answered", but(shown, func(e *resilience.Facts) { e.Ends = map[string]int{"timeout": 1} }), harness.Inconclusive, "not every client was answered (timeout once)"},
		{"no connection was held", but(held, func(e *resilience.Facts) { e.Held = 0 }), harness.Inconclusive, "held none of the connections"},
		{"no connection was made", but(held, func(e *resilience.Facts) { e.Reached, e.Held, e.Ends = 0, 0, map[string]int{"client": 200} }), harness.Inconclusive, "client 200 times"},
	}
	for _, tt := range tests {
		j := checks.Judge(resilience.Check{}, resilience.Survived, checks.Evidence{Saw: &tt.saw})
		if j.Verdict != tt.want || !strings.Contains(j.Reason, tt.reason) {
			t.Errorf("%s: %v, want %v: %s", tt.name, j.Verdict, tt.want, j.Reason)
		}
		if saw := map[harness.Verdict]harness.Outcome{harness.Confirmed: resilience.Survived, harness.Refuted: resilience.NotSurvived}[tt.want]; j.Saw != saw {
			t.Errorf("%s: saw %v, want %v", tt.name, j.Saw, saw)
		}
	}
	if j := checks.Judge(resilience.Check{}, harness.Served, checks.Evidence{Saw: &shown}); j.Verdict != harness.Inconclusive {
		t.Errorf("a resilience check was judged as an attempt: %v", j.Verdict)
	}
}

// What is held may keep out one kind of client alone, at each port that they use.
func TestResilienceAskTheClientsOfThePort(t *testing.T) {
	t.Parallel()
	for check, want := range map[resilience.Check][]harness.Client{
		{Port: harness.GRPC, Identity: "x"}:                 {harness.Raw},
		{Port: harness.HTTP, Identity: "x"}:                 {harness.Raw},
		{Port: harness.GRPC, Idle: resilience.IdleSilent}:   {harness.Raw, harness.Go},
		{Port: harness.HTTP, Idle: resilience.IdleShaken}:   {harness.Raw, harness.REST},
		{Port: harness.HTTP, Idle: resilience.Idle("half")}: {harness.Raw, harness.REST},
	} {
		healthChecks := check.HealthChecks()
		for i, via := range want {
			if len(healthChecks) != len(want) || healthChecks[i].Client != via || healthChecks[i].Port != check.Port {
				t.Errorf("%s: %v", check, healthChecks)
			}
		}
		if check.Times() < 2 || check.Times() > 1000 {
			t.Errorf("%s: %d times", check, check.Times())
		}
	}
}
