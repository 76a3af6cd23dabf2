// Package protocol is about what a TLS port makes of clients that break the rules of TLS,
// stretch them, or speak something else.
package protocol

import (
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/handshake"
)

// A Check sends a probe of the catalogue to a port, and then a good client.
type Check struct {
	Port  harness.Port
	Probe string // its name in handshake.Catalogue
}

// Resolve returns the check itself: it leaves nothing to the topology.
func (c Check) Resolve(harness.Topology) harness.Check { return c }

// Traits give that it comes last, since it may end a server.
func (Check) Traits(harness.Topology) harness.Traits {
	return harness.Traits{Phase: harness.PhaseLast, Live: harness.Live{Never: "it may end a server, and is done only to servers that are started for it"}}
}

// Subject returns the raw client with the identity that suits the topology.
func (c Check) Subject() harness.Subject {
	return harness.Subject{Client: harness.Raw, Port: c.Port, Identity: harness.Good}
}

func (c Check) String() string {
	clause := ""
	if p, err := handshake.Lookup(c.Probe); err == nil {
		clause = " (" + p.Clause + ")"
	}
	return fmt.Sprintf("a client at %s that %s%s, and then a good client", c.Port, c.Probe, clause)
}

// HealthCheck is the attempt of the good client.
func (c Check) HealthCheck() harness.Attempt {
	a := harness.Attempt{Client: harness.Raw, Port: c.Port}
	if c.Port == harness.Management {
		a.Request = harness.RequestVersion
	}
	return a
}

// The outcomes of a probe, in addition to those of any connection.
const (
	Alerted         harness.Outcome = "tls-alert"          // the server sent a TLS alert
	Agreed          harness.Outcome = "handshake-accepted" // the server answered with a ServerHello
	PlaintextError  harness.Outcome = "plaintext-error"    // it answered an HTTP error without TLS
	PlaintextAnswer harness.Outcome = "plaintext-answer"   // it spoke the client's protocol without TLS
	HeartbeatSent   harness.Outcome = "heartbeat-sent"     // it answered a heartbeat
	UnknownAnswer   harness.Outcome = "unknown-answer"     // it answered nothing of a known kind
	ClientLeft      harness.Outcome = "client-left"        // the client left before anything came of it
	Crashed         harness.Outcome = "server-ended"       // the server's process ended
)

// The outcomes that a case can want: each stands for several of those.
const (
	Refused    harness.Outcome = "handshake-refused"    // the server ends the connection, and agrees to nothing
	NamedAlert harness.Outcome = "handshake-alerted"    // it does so with an alert that the clause names
	Answered   harness.Outcome = "handshake-answered"   // it goes on with the handshake, or refuses with an alert
	Pending    harness.Outcome = "handshake-unfinished" // it waits for the rest, or ends the connection
	TurnedAway harness.Outcome = "tls-turned-away"      // a port without TLS ends the connection of a client with it
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Alerted:         {Summary: "refused with a TLS alert", ByServer: true},
	Agreed:          {Summary: "answered with a ServerHello", ByServer: true},
	PlaintextError:  {Summary: "answered with an HTTP error in plaintext", ByServer: true},
	PlaintextAnswer: {Summary: "answered in plaintext", ByServer: true},
	HeartbeatSent:   {Summary: "answered with a heartbeat", ByServer: true},
	UnknownAnswer:   {Summary: "answered with bytes of no known kind", ByServer: true},
	ClientLeft:      {Summary: "gone before the server answered"},
	Crashed:         {Summary: "the last client that the server had", ByServer: true},

	Refused:    {Summary: "refused, and nothing agreed to"},
	NamedAlert: {Summary: "refused with the alert that the rule names"},
	Answered:   {Summary: "answered with a ServerHello or refused with a TLS alert"},
	Pending:    {Summary: "left waiting or refused"},
	TurnedAway: {Summary: "turned away by a port without TLS"},
})
