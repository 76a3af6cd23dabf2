// Package start is about how a server starts, or does not: with one thing changed, and what
// it then serves.
package start

import (
	"cmp"

	"milvus-tls-e2e/harness"
)

// A Check starts a server of its own, configured as the topology with one change. The zero
// Change is the start of the cell's own server.
type Check struct {
	Change harness.ConfigChange
	// Look at what the start did from the side of this port; zero means GRPC.
	Port harness.Port
	// Within is after how many seconds a server that has neither ended nor become
	// ready is given up; zero means the run's bound.
	Within float64
	// Repaired starts the topology in which nothing is wrong (Topology.Instead),
	// to hold this one's own start against.
	Repaired bool
}

// Resolve returns the start itself: it leaves nothing to the topology.
func (s Check) Resolve(harness.Topology) harness.Check {
	if s.Port == "" {
		s.Port = harness.GRPC
	}
	return s
}

// EveryPort is the same start, whichever port's answer is judged.
func (s Check) EveryPort() Check {
	s.Port = harness.GRPC
	return s
}

// Traits returns how many servers it starts: Compose starts three. None is started next to a
// deployment in use.
func (s Check) Traits(harness.Topology) harness.Traits {
	t := harness.Traits{Within: s.Within, Live: harness.Live{Never: "the deployment already runs, and is not started here"}}
	switch {
	case s.Change.Layout != "":
		t.Servers = 3
	case s.Change != (harness.ConfigChange{}):
		t.Servers = 1
	}
	return t
}

// Subject returns the raw client, which observes the start, and the judged port.
func (s Check) Subject() harness.Subject {
	return harness.Subject{Client: harness.Raw, Port: cmp.Or(s.Port, harness.GRPC), Identity: harness.Good}
}

func (s Check) String() string {
	if s.Repaired {
		return "a start in the topology in which nothing is wrong"
	}
	if s.Change == (harness.ConfigChange{}) {
		return "a start as configured"
	}
	return "a start with " + s.Change.String()
}

// What a start can come to, and what a case of a start can want.
const (
	StartedTLS       harness.Outcome = "started-tls"        // the server started and serves gRPC over TLS
	StartedPlain     harness.Outcome = "started-plaintext"  // the server started and serves gRPC in plaintext
	StartedUnserving harness.Outcome = "started-unserving"  // the server started and serves gRPC in no way that was tried
	NotStarted       harness.Outcome = "not-started"        // the server exited
	NeverReady       harness.Outcome = "never-ready"        // the server neither ended nor became ready within the bound
	RESTExplained    harness.Outcome = "rest-explained"     // REST is served, or the log explains why not
	InternalOverTLS  harness.Outcome = "internal-over-tls"  // the server started, and components speak to it over TLS alone
	InternalLogged   harness.Outcome = "internal-logged"    // the log reports TLS between components as configured
	Unready          harness.Outcome = "unready"            // the server did not become ready, and its log explains why
	UnreadyShown     harness.Outcome = "unready-shown"      // the server did not become ready, and its health address reports that
	FailedClosed     harness.Outcome = "failed-closed"      // the component at the port answers nothing in plaintext
	OddShown         harness.Outcome = "odd-shown"          // the one component whose internal TLS is wrong ended, or its health address says that it is not well
	OddNamed         harness.Outcome = "odd-named"          // a log names the one component whose internal TLS is wrong
	Operable         harness.Outcome = "operable"           // the server creates and drops collections, or its log explains why it is not ready
	FailureStatus    harness.Outcome = "failure-status"     // the server exited with a status other than 0
	LockedOut        harness.Outcome = "locked-out"         // the server ended, or refuses who has what everybody can make
	HSTSAsConfigured harness.Outcome = "hsts-as-configured" // the server started, and REST's answers over TLS have the configured Strict-Transport-Security header, or none
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	StartedTLS:       {Summary: "started, serving gRPC over TLS", Starts: true},
	StartedPlain:     {Summary: "started, serving gRPC in plaintext", Starts: true},
	StartedUnserving: {Summary: "started, serving no gRPC", Starts: true},
	NotStarted:       {Summary: "ended at its start", Starts: true},
	NeverReady:       {Summary: "neither ended nor became ready", Starts: true, Open: harness.CauseNotReady},
	RESTExplained:    {Summary: "serving REST or saying why not", Starts: true},
	InternalOverTLS:  {Summary: "started, serving its components over TLS alone"},
	InternalLogged:   {Summary: "told as configured in the log"},
	Unready:          {Summary: "not ready, with the reason in its log"},
	UnreadyShown:     {Summary: "not ready, and seen to be so at its health address"},
	FailedClosed:     {Summary: "closed to plaintext at the component's port"},
	OddShown:         {Summary: "seen to have one component that is not well: the one whose internal TLS is wrong"},
	OddNamed:         {Summary: "named, as the component whose internal TLS is wrong, in its own log or by its address in another's"},
	Operable:         {Summary: "able to create and drop a collection, or not ready with the reason in its log"},
	FailureStatus:    {Summary: "ended at its start with a status other than 0", Raced: true},
	LockedOut:        {Summary: "closed to whoever has the CA key that the distribution ships"},
	HSTSAsConfigured: {Summary: "started, sending the Strict-Transport-Security header as configured"},
})
