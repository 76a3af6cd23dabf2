package harness

import (
	"cmp"
	"fmt"
)

// An Ordeal does something to a port that no honest client does, a bounded number
// of times, and sees what then comes of good clients. It may end the server.
type Ordeal struct {
	At   Port
	As   string // the hostile certificate that is shown; empty where connections are held
	Idle Idle   // what is held open and left unused; empty where a certificate is shown
}

// Idle is how far a connection goes before it is left unused.
type Idle string

// The idle connections.
const (
	IdleSilent Idle = "that say nothing"
	IdleHalf   Idle = "that have sent half a ClientHello"
	IdleShaken Idle = "that have made their handshake and ask for nothing"
)

// How much an ordeal does: enough to tell chance from a rule, and to fill what
// a server might set aside for clients, without being a flood.
const (
	ordealShown  = 3   // clients that show a hostile certificate, one after the other
	ordealHeld   = 200 // connections that are held open at once
	ordealShaken = 60  // the same after a handshake, which costs both sides some milliseconds
)

// Times is how many clients show a certificate, or connections are held.
func (o Ordeal) Times() int {
	switch {
	case o.As != "":
		return ordealShown
	case o.Idle == IdleShaken:
		return ordealShaken
	}
	return ordealHeld
}

// Fit returns the look itself: it leaves nothing to the topology.
func (o Ordeal) Fit(Topology) Look { return o }

// Subject gives the raw client, which does what others cannot be made to do, and the
// hostile certificate's name, or the identity that suits the topology.
func (o Ordeal) Subject() Subject {
	return Subject{Client: Raw, Port: o.At, Identity: cmp.Or(o.As, Good)}
}

// String says what is done, for reports.
func (o Ordeal) String() string {
	if o.As != "" {
		return fmt.Sprintf("raw at %s, showing the hostile certificate %s %s, and then a good client", o.At, o.As, times(o.Times()))
	}
	return fmt.Sprintf("%d connections held open at %s %s, and good clients meanwhile", o.Times(), o.At, o.Idle)
}

// Guests are the attempts of good clients before and after, or meanwhile. What
// is held open may keep out a client of one kind alone.
func (o Ordeal) Guests() []Attempt {
	guests := []Attempt{{Via: Raw, At: o.At}}
	if o.Idle != "" {
		guests = append(guests, Attempt{Via: map[Port]Client{GRPC: Go, HTTP: REST}[o.At], At: o.At})
	}
	return guests
}
