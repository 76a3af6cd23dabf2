// Package canary searches the bytes of a connection for a random marker.
package canary

import (
	"cmp"
	"fmt"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/connection"
)

// A Check writes a canary, a random name that is used for nothing else, into the server and
// searches the captured bytes of one hop for it.
type Check struct {
	Hop harness.Port // the captured hop: GRPC, HTTP, Etcd, Store, MQ, or AllInternal
}

// Resolve returns the check itself: it leaves nothing to the topology.
func (c Check) Resolve(harness.Topology) harness.Check { return c }

// Traits give that it is held against the same hop in plaintext.
func (c Check) Traits(harness.Topology) harness.Traits {
	if c.Hop == harness.MQ { // which only a cluster has
		return harness.Traits{Baseline: "cluster"}
	}
	return harness.Traits{Baseline: "mode-0"}
}

// Subject returns the client that writes the canary (REST at REST's own port, Go elsewhere) and
// the captured hop.
func (c Check) Subject() harness.Subject {
	return harness.Subject{Client: c.client(), Port: c.Hop, Identity: harness.Good}
}

func (c Check) client() harness.Client {
	if c.Hop == harness.HTTP {
		return harness.REST
	}
	return harness.Go
}

func (c Check) String() string {
	return fmt.Sprintf("%s, which sends a canary, and a search for it on the connection to %s", c.client(), c.Hop)
}

// Client is the attempt that brings the canary in: among components as a name
// alone, and into the object store flushed.
func (c Check) Client() harness.Attempt {
	ask := map[harness.Port]harness.Request{harness.AllInternal: harness.RequestSchema, harness.MQ: harness.RequestSchema, harness.Store: harness.RequestStored}[c.Hop]
	return harness.Attempt{Client: c.client(), Port: c.client().DefaultPort(), Request: cmp.Or(ask, harness.RequestCanary)}
}

// Facts is what the capture of a hop showed.
type Facts struct {
	Hop      harness.Port `json:"hop"`
	By       string       `json:"route"`            // how the hop was recorded: "relay" or "capture"
	Sent     bool         `json:"sent"`             // the API carried out what the canary came with
	Evidence string       `json:"answer,omitempty"` // the client's answer, where it failed
	TLS      int          `json:"tls"`              // connections on which the server answered in TLS
	Plain    int          `json:"plain"`            // connections on which the server answered in plaintext
	Bytes    int64        `json:"bytes"`            // that crossed the hop, both ways
	Canary   int          `json:"canary"`           // how often the canary was seen
	Missed   int          `json:"missed,omitempty"` // packets that a capture missed

	// A result keeps these as lines next to the facts.
	Transcripts []connection.Transcript `json:"-"`
	Unshown     int                     `json:"-"` // connections whose transcripts are left out
}

// Add counts a connection of the hop.
func (c *Facts) Add(t connection.Transcript) {
	switch t.Answered {
	case connection.SpokeTLS:
		c.TLS++
	case connection.SpokeNothing:
	default:
		c.Plain++
	}
	c.Bytes += t.ToServer + t.ToClient
	c.Canary += t.CanarySeen()
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "canary".
func (c *Facts) Kind() string { return "canary" }

// Control reports whether the canary was seen, as it must be where the hop is in plaintext.
func (c *Facts) Control() (bool, string) {
	if c.Canary == 0 {
		return false, "in plaintext it was not seen on this hop either: " + strings.TrimPrefix(c.open(), "the canary ")
	}
	return true, fmt.Sprintf("on the same hop in plaintext it was seen %s", checks.Times(c.Canary))
}

// Record adds the transcripts.
func (c *Facts) Record(e *harness.Evidenced) {
	connection.Transcribe(e, c.Transcripts)
	if c.Unshown > 0 {
		e.Transcript = append(e.Transcript, fmt.Sprintf("connections that are not shown here: %d", c.Unshown))
	}
}

// Outcome is CanarySeen or CanaryHidden, or none where the check shows neither.
func (c *Facts) Outcome() harness.Outcome {
	switch {
	case c.Canary > 0:
		return Seen
	case c.Sent && c.Missed == 0 && c.TLS > 0:
		return Hidden
	}
	return ""
}

func (c *Facts) open() string {
	switch {
	case !c.Sent:
		return "the canary did not get as far as the API" + checks.Bracketed(c.Evidence)
	case c.Missed > 0:
		return fmt.Sprintf("the recording of the hop missed %d packets", c.Missed)
	}
	return fmt.Sprintf("no connection on the hop spoke TLS, and the canary was not seen in %d bytes of others", c.Bytes)
}

var _ = checks.JudgedBy(judge)

// judge wants the canary never seen, which means something only where it is seen on the
// same hop once that is in plaintext.
func judge(_ Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	c := e.Saw.(*Facts)
	switch {
	case want != Hidden:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "a canary check cannot come to "+want.String())
	case saw == Seen:
		return checks.Refute(fmt.Sprintf("the canary was seen %s on the hop to %s", checks.Times(c.Canary), c.Hop))
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseCaptureIncomplete, c.open())
	}
	reason := fmt.Sprintf("the canary was never seen in %d bytes of %s", c.Bytes, connections(c.TLS))
	if c.Plain > 0 {
		reason += fmt.Sprintf(" and %d in plaintext", c.Plain)
	}
	seen, control := plainCanary(e)
	if !seen {
		return checks.LeaveOpen(e.ControlCause(), reason+", but "+control)
	}
	return checks.Confirm(reason + "; " + control)
}

// plainCanary reports whether the canary was seen where the hop is in plaintext,
// and what came of that check.
func plainCanary(e checks.Evidence) (bool, string) {
	switch {
	case e.ControlErr != nil:
		return false, fmt.Sprintf("the same hop in plaintext could not be looked at: %v", e.ControlErr)
	case e.Control == nil:
		return false, "the same connection was not recorded in plaintext"
	}
	return e.Control.Control()
}

func connections(n int) string {
	if n == 1 {
		return "one connection over TLS"
	}
	return fmt.Sprintf("%d connections over TLS", n)
}

// The outcomes of a capture.
const (
	Hidden harness.Outcome = "canary-hidden" // what was sent crossed the hop, and was never seen on it
	Seen   harness.Outcome = "canary-seen"   // it was seen on the hop
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Hidden: {Summary: "never seen on the wire"},
	Seen:   {Summary: "seen on the wire"},
})
