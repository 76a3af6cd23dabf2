// Package resilience is about what becomes of good clients when others do harm.
package resilience

import (
	"cmp"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// An Check does something to a port that no honest client does, a bounded number
// of times, and sees what then comes of good clients. It may end the server.
type Check struct {
	Port     harness.Port
	Identity string // the hostile certificate that is shown; empty where connections are held
	Idle     Idle   // what is held open and left unused; empty where a certificate is shown
}

// Idle is how far a connection goes before it is left unused.
type Idle string

// The idle connections.
const (
	IdleSilent Idle = "that say nothing"
	IdleHalf   Idle = "that have sent half a ClientHello"
	IdleShaken Idle = "that have made their handshake and ask for nothing"
)

// The amounts: enough to tell chance from a rule and to exhaust the server's limits for clients,
// without being a flood.
const (
	timesShown  = 3    // clients that show a hostile certificate, one after the other
	timesHeld   = 1000 // connections that are held open at once
	timesShaken = 60   // the same after a handshake, which costs both sides some milliseconds
)

// Times is how many clients show a certificate, or connections are held.
func (o Check) Times() int {
	switch {
	case o.Identity != "":
		return timesShown
	case o.Idle == IdleShaken:
		return timesShaken
	}
	return timesHeld
}

// Resolve returns the check itself: it leaves nothing to the topology.
func (o Check) Resolve(harness.Topology) harness.Check { return o }

// Traits give that it comes last, since it may end a server.
func (Check) Traits(harness.Topology) harness.Traits {
	return harness.Traits{Phase: harness.PhaseLast, Live: harness.Live{Never: "it may end a server, and is done only to servers that are started for it"}}
}

// Subject returns the raw client, which does what others cannot be made to do, and the
// hostile certificate's name, or the identity that suits the topology.
func (o Check) Subject() harness.Subject {
	return harness.Subject{Client: harness.Raw, Port: o.Port, Identity: cmp.Or(o.Identity, harness.Good)}
}

func (o Check) String() string {
	if o.Identity != "" {
		return fmt.Sprintf("raw at %s, showing the hostile certificate %s %s, and then a good client", o.Port, o.Identity, checks.Times(o.Times()))
	}
	return fmt.Sprintf("%d connections held open at %s %s, and good clients meanwhile", o.Times(), o.Port, o.Idle)
}

// HealthChecks are the attempts of good clients before and after, or meanwhile. What
// is held open may keep out a client of one kind alone.
func (o Check) HealthChecks() []harness.Attempt {
	healthChecks := []harness.Attempt{{Client: harness.Raw, Port: o.Port}}
	if o.Idle != "" {
		healthChecks = append(healthChecks, harness.Attempt{Client: map[harness.Port]harness.Client{harness.GRPC: harness.Go, harness.HTTP: harness.REST}[o.Port], Port: o.Port})
	}
	return healthChecks
}

// What a resilience check can come to.
const (
	Survived    harness.Outcome = "survived"     // the server was not the worse for it
	NotSurvived harness.Outcome = "not-survived" // it exited, served a client that it should refuse, or did not serve one that it should
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Survived:    {Summary: "survived, with good clients served"},
	NotSurvived: {Summary: "not survived"},
})
