package harness

import (
	"fmt"
	"maps"
	"slices"
)

// Outcome is what came of one check of a server, by its name in results.json. It is a
// closed set: a case wants one, facts show one, and the judge compares the two. The zero
// value is none of them.
type Outcome string

// Meaning describes an outcome. Each is defined once, by the kind of check whose facts show it
// or whose cases want it.
type Meaning struct {
	Summary  string // ends a sentence: "expected it to be ...", "it was ..."
	ByServer bool   // the server gave it, and not a weakness of the way to it
	Starts   bool   // it is that of a start of its own, which takes as long as a server takes to be ready
	Raced    bool   // whether a server gives it is a race, which the same server decides anew at each start
	Open     Cause  // why it leaves a verdict open where it was not wanted; zero means CauseOtherOutcome
}

var outcomes = map[Outcome]Meaning{}

// DefineOutcomes adds outcomes to the closed set.
func DefineOutcomes(more map[Outcome]Meaning) struct{} {
	for o, m := range more {
		if _, twice := outcomes[o]; twice || o == "" || m.Summary == "" {
			panic(fmt.Sprintf("the outcome %q is defined twice, or has no name or no meaning", string(o)))
		}
		outcomes[o] = m
	}
	return struct{}{}
}

// Outcomes returns every outcome, sorted by name.
func Outcomes() []Outcome { return slices.Sorted(maps.Keys(outcomes)) }

func (o Outcome) String() string { return string(o) }

// MarshalText writes the outcome by name; one that is none of the set is an error.
func (o Outcome) MarshalText() ([]byte, error) {
	if !o.Valid() {
		return nil, fmt.Errorf("write outcome: %q is none", string(o))
	}
	return []byte(o), nil
}

// UnmarshalText reads an outcome by name; an unknown name is an error.
func (o *Outcome) UnmarshalText(b []byte) error {
	if !Outcome(b).Valid() {
		return fmt.Errorf("read outcome: %q is not one of %v", b, Outcomes())
	}
	*o = Outcome(b)
	return nil
}

// Valid reports whether o is one of the closed set.
func (o Outcome) Valid() bool {
	_, known := outcomes[o]
	return known
}

// Summary returns the outcome as the end of a sentence about an attempt.
func (o Outcome) Summary() string { return outcomes[o].Summary }

// ByServer reports whether the server gave the outcome, and not a weakness of the way to it.
func (o Outcome) ByServer() bool { return outcomes[o].ByServer }

// Starts reports whether the outcome is that of a start of its own.
func (o Outcome) Starts() bool { return outcomes[o].Starts }

// Raced reports whether it is a race that a server gives the outcome.
func (o Outcome) Raced() bool { return outcomes[o].Raced }

// Cause is why an outcome that was not wanted, and does not refute the claim either,
// leaves the verdict open.
func (o Outcome) Cause() Cause {
	m, known := outcomes[o]
	switch {
	case !known:
		return CauseNotObserved
	case m.Open == 0:
		return CauseOtherOutcome
	}
	return m.Open
}

// What a connection can come to.
const (
	Served               Outcome = "served"                 // the API carried the request out
	RefusedNoCertificate Outcome = "refused-no-certificate" // the server refused the client for want of a certificate
	RefusedCertificate   Outcome = "refused-certificate"    // the server refused the certificate that the client showed
	RefusedProtocol      Outcome = "refused-protocol"       // the server refused the protocol version
	RefusedALPN          Outcome = "refused-alpn"           // the server agreed to none of the application protocols that the client offered
	RefusedPlaintext     Outcome = "refused-plaintext"      // a TLS port answered nothing of the protocol to a client without TLS
	RefusedTLS           Outcome = "refused-tls"            // a port without TLS did not take part in a handshake
	RefusedCredentials   Outcome = "refused-credentials"    // the API refused the user name and password, or their absence
	RefusedByClient      Outcome = "refused-by-client"      // the client refused the server's certificate (wrong name, unknown CA)
	NotOffered           Outcome = "not-offered"            // something answered, but the service asked for is not there
	NotReady             Outcome = "not-ready"              // the API answered that it is not ready yet
	ClosedWithoutAlert   Outcome = "closed-without-alert"   // the server closed or reset the connection and gave no reason
	TimedOut             Outcome = "timed-out"              // nothing came within the bound
	NothingListens       Outcome = "nothing-listens"        // the connection was refused by the operating system
	FailedInClient       Outcome = "failed-in-client"       // the client failed before it sent anything to the server
	APIError             Outcome = "api-error"              // the API answered with an error of its own
)

var _ = DefineOutcomes(map[Outcome]Meaning{
	Served:               {Summary: "served"},
	RefusedNoCertificate: {Summary: "refused by the server for want of a client certificate", ByServer: true},
	RefusedCertificate:   {Summary: "refused by the server because of its certificate", ByServer: true},
	RefusedProtocol:      {Summary: "refused by the server because of its TLS version", ByServer: true},
	RefusedALPN:          {Summary: "left without a common application protocol (ALPN)", ByServer: true},
	RefusedPlaintext:     {Summary: "refused for speaking plaintext to a TLS port", ByServer: true},
	RefusedTLS:           {Summary: "turned away because the port speaks no TLS", ByServer: true},
	RefusedCredentials:   {Summary: "refused for its user name and password", ByServer: true},
	RefusedByClient:      {Summary: "broken off by the client, which did not accept the server's certificate", ByServer: true},
	NotOffered:           {Summary: "answered that there is no such service", ByServer: true},
	NotReady:             {Summary: "answered that the server is not ready", Open: CauseNotReady},
	ClosedWithoutAlert:   {Summary: "cut off without a TLS alert", Open: CauseNoAlert},
	TimedOut:             {Summary: "left without an answer", Open: CauseTimedOut},
	NothingListens:       {Summary: "refused because nothing listens", ByServer: true},
	FailedInClient:       {Summary: "given up by the client itself", Open: CauseClientFailed},
	APIError:             {Summary: "answered with an API error"},
})

// Outcomes that only cases want: each stands for several of the above.
const (
	Answered            Outcome = "answered"               // any application answer after a handshake
	NotServed           Outcome = "not-served"             // any outcome in which the request was not carried out
	KeptOut             Outcome = "kept-out"               // TLS keeps every client that lacks what it asks for from the API
	NotWeaker           Outcome = "not-weaker"             // the same, unless gRPC's port does otherwise too
	ServedNoCertRequest Outcome = "served-no-cert-request" // served, and not asked for a certificate
)

var _ = DefineOutcomes(map[Outcome]Meaning{
	Answered:            {Summary: "answered after a verified handshake"},
	NotServed:           {Summary: "not served"},
	KeptOut:             {Summary: "kept out by TLS"},
	NotWeaker:           {Summary: "kept out by TLS, or let in by gRPC's port too"},
	ServedNoCertRequest: {Summary: "served without being asked for a certificate"},
})
