// Package handshake is the catalogue of what unusual clients may send to a TLS port: each entry
// is a script of bytes, its clause in an RFC, and what the clause requires of a server.
// crypto/tls makes none of these handshakes, so the package writes ClientHellos and reads the
// answers itself. It connects to nothing.
package handshake

import (
	"fmt"
	"slices"
	"time"
)

// A Probe is one such script.
type Probe struct {
	Name   string // ends "a client that ...", and names the case
	Clause string // the clause of the RFC
	Group  Group
	Spoken Spoken // the versions of TLS that a port has to speak for the probe to mean anything
	Alerts []int  // the alerts that the clause names; nil where it leaves the choice
	Mute   bool   // of a Violation: it is no TLS at all, so that no alert is due
	Offers bool   // it is a sound ClientHello of the one version that it names
	Steps  func(Peer) []Step
	Suites []uint16 // of a Weak or Legacy one: offered again and again, without those that the server has agreed to
}

// A Peer is what scripts know of the port.
type Peer struct {
	Name string // that the server's certificate is for
	ALPN string // what the port agrees on
}

// A Step is one thing that the client does.
type Step struct {
	Send  []byte
	Await bool          // reads until the server's part of the handshake is whole, or the connection ends
	Pause time.Duration // does nothing for as long
	Leave Leave
}

// Leave is how a client ends its connection.
type Leave int

// The ways to leave. The zero value is to stay until the server ends the connection or the
// bound is over.
const (
	Stay  Leave = iota
	Close       // closes the connection
	Reset       // resets it
)

// Group is what the clause wants of a server.
type Group int

// The groups.
const (
	_          Group = iota
	Weak             // it must not agree: no version or suite that the client offers is safe
	Legacy           // it should not agree: something of the suite is out of date
	Violation        // it must end the connection
	Unfinished       // it has to wait for the rest, or may end the connection: nothing may come of it
	Plaintext        // it must neither serve nor speak the client's protocol
	Tolerated        // it must go on with the handshake
	Optional         // it may go on, or refuse with an alert
	Left             // the client is gone: the server has to do without it
)

// Spoken are versions of TLS.
type Spoken int

// The zero value is a probe for every TLS port.
const (
	Any   Spoken = iota
	TLS12        // TLS 1.2 has to be spoken
	Not12        // it must not be
)

// Catalogue lists every probe.
var Catalogue = slices.Concat(versions, suites, malformed, records, afterHello, names, protocols, plaintext, tolerated, closes)

// Lookup finds a probe by its name.
func Lookup(name string) (Probe, error) {
	i := slices.IndexFunc(Catalogue, func(p Probe) bool { return p.Name == name })
	if i < 0 {
		return Probe{}, fmt.Errorf("unknown probe %q", name)
	}
	return Catalogue[i], nil
}

// Of returns the probes of some groups, in the order of the catalogue.
func Of(groups ...Group) (all []Probe) {
	for _, p := range Catalogue {
		if slices.Contains(groups, p.Group) {
			all = append(all, p)
		}
	}
	return all
}

func send(bytes func(Peer) []byte) func(Peer) []Step {
	return func(p Peer) []Step { return []Step{{Send: bytes(p)}} }
}

func hello(base func(Peer) Hello, change func(*Hello)) func(Peer) []Step {
	return send(func(p Peer) []byte {
		h := base(p)
		if change != nil {
			change(&h)
		}
		return h.Bytes()
	})
}
