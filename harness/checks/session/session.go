// Package session is about clients that resume a TLS session after the certificate with
// which they began it has ended.
package session

import (
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/connection"
)

// A Check connects with a certificate that ends in a moment, awaits its end, and connects again
// with the session ticket that the server gave.
type Check struct {
	Port  harness.Port
	Ended Ended
}

// Ended is which certificate ends.
type Ended string

// The certificates that end.
const (
	Leaf   Ended = "its certificate"
	Issuer Ended = "the intermediate CA of its certificate"
)

// Resolve returns the check itself: it leaves nothing to the topology.
func (c Check) Resolve(harness.Topology) harness.Check { return c }

// Traits give that it is asked only of servers that the run has started.
func (Check) Traits(harness.Topology) harness.Traits {
	return harness.Traits{Live: harness.Live{Never: "it needs certificates that end within seconds, which are issued for servers that the run has started"}}
}

// Subject returns the raw client as the identity that its control has.
func (c Check) Subject() harness.Subject {
	return harness.Subject{Client: harness.Raw, Port: c.Port, Identity: harness.Good}
}

func (c Check) String() string {
	return fmt.Sprintf("raw at %s, resuming a session after %s has ended", c.Port, c.Ended)
}

// Attempt is that of the client whose certificate does not end.
func (c Check) Attempt() harness.Attempt { return harness.Attempt{Client: harness.Raw, Port: c.Port} }

// Facts is what became of the client, and of one whose certificate has not ended.
type Facts struct {
	Began   connection.Observation `json:"began"`            // the client while its certificate was valid
	Ticket  bool                   `json:"ticket,omitempty"` // the server gave it a session ticket
	After   connection.Observation `json:"after"`            // the client with that ticket, once the certificate had ended
	Compare connection.Observation `json:"compare"`          // a client whose certificate is valid, with a ticket of its own
	Waited  float64                `json:"waited,omitempty"` // seconds until the certificate had ended
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "session".
func (f *Facts) Kind() string { return "session" }

// Control reports nothing: such facts are no control.
func (f *Facts) Control() (served bool, words string) { return false, "there is no control" }

// Record adds what the client saw that came with the ticket.
func (f *Facts) Record(e *harness.Evidenced) { f.After.Record(e) }

// What a client with a ticket comes to.
const (
	Refused harness.Outcome = "session-refused"
	Served  harness.Outcome = "session-served"
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Refused: {Summary: "refused although it had a session to resume", ByServer: true},
	Served:  {Summary: "served after its certificate had ended", ByServer: true},
})

// Outcome is one of the two, or none where the server's answer shows neither.
func (f *Facts) Outcome() harness.Outcome {
	switch {
	case f.open() != "":
		return ""
	case f.After.Outcome() == harness.Served:
		return Served
	}
	return Refused
}

func (f *Facts) open() string {
	began, after, other := f.Began.Outcome(), f.After.Outcome(), f.Compare.Outcome()
	switch {
	case began != harness.Served:
		return "while its certificate was valid the client was " + began.Summary() + f.Began.Brief()
	case !f.Ticket:
		return "the server gave the client no session ticket"
	case after == harness.Served:
		return ""
	case f.After.Alert == nil:
		return "the client with the ticket was " + after.Summary() + f.After.Brief()
	case other != harness.Served:
		return "a client whose certificate is valid was " + other.Summary() + f.Compare.Brief()
	}
	return ""
}

// resumption describes whether the server resumes sessions at all.
func (f *Facts) resumption() string {
	if f.Compare.Resumed {
		return "a client whose certificate is valid resumed its session"
	}
	return "a client whose certificate is valid was served, by a new handshake"
}

var _ = checks.JudgedBy(judge)

func judge(c Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	f := e.Saw.(*Facts)
	switch {
	case want != Refused:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "a resumed session cannot come to "+want.String())
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseOtherOutcome, f.open())
	case saw == Served && f.After.Resumed:
		return checks.Refute(fmt.Sprintf("the client resumed its session and was served, %s having ended", c.Ended))
	case saw == Served:
		return checks.Refute(fmt.Sprintf("the client was served by a new handshake, %s having ended", c.Ended))
	}
	return checks.Confirm(fmt.Sprintf("once %s had ended the client was refused%s; %s", c.Ended, f.After.Brief(), f.resumption()))
}
