// Package httpget is about what the management port hands out to anybody.
package httpget

import (
	"net"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/connect"
)

// A Check is one GET in plaintext at the management port, as anybody may send
// it. What is answered is not kept, only what kind and how much of it.
type Check struct{ Path string }

// Resolve returns the check itself: it leaves nothing to the topology.
func (f Check) Resolve(harness.Topology) harness.Check { return f }

// Traits give that it only asks.
func (Check) Traits(harness.Topology) harness.Traits {
	return harness.Traits{Live: harness.Live{Harmless: true}}
}

// Subject returns the REST client without a certificate, at the management port.
func (f Check) Subject() harness.Subject {
	return harness.Subject{Client: harness.REST, Port: harness.Management, Identity: harness.Nobody}
}

func (f Check) String() string { return "GET " + f.Path + " at management in plaintext" }

// Presence is the attempt that shows that the deployment can be reached from
// here: without it, nothing that stays unanswered means anything.
func Presence(t harness.Topology) harness.Attempt {
	return harness.Attempt{Client: harness.Raw, Port: harness.GRPC, Identity: harness.Nobody, TrustStore: harness.TrustAnything, Request: harness.RequestVersion}.In(t)
}

// held needs no control for an answer, which is proof by itself. The judge compares an
// unanswered request with gRPC's port.
func held(Check, harness.Outcome, checks.Evidence) (bool, string) { return true, "" }

// onLoopback reports whether an address is one that only this machine has.
func onLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

var _ = checks.JudgedBy(judge, held)

// judge judges whether the port hands something out, or answers at all.
func judge(_ Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	o := connect.Connection(e)
	reason := "it was " + saw.Summary() + o.Brief()
	switch {
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseNotObserved, "nothing was observed")
	case saw == harness.Served, want == Unreachable && o.Answer != "" && saw != harness.RefusedPlaintext:
		return checks.Refute(reason)
	case saw == harness.FailedInClient:
		return checks.LeaveOpen(saw.Cause(), reason)
	case saw == harness.NothingListens && onLoopback(o.Remote):
		return checks.LeaveOpen(harness.CauseNoAccess, reason+", at "+o.Remote+
			": an address of this machine's own, such as that of a port-forward, shows nothing about where clients are (the chart's Service publishes 9091)")
	case e.ControlErr != nil:
		return checks.LeaveOpen(harness.CauseNoControl, reason+", but gRPC could not be asked for comparison: "+e.ControlErr.Error())
	case e.Control == nil:
		return checks.LeaveOpen(harness.CauseNoControl, reason+", but there is no control")
	}
	switch there := e.Control.Outcome(); there {
	case harness.TimedOut, harness.NothingListens, harness.FailedInClient, "":
		return checks.LeaveOpen(harness.CauseControlFailed, reason+", but the deployment cannot be reached from here: at grpc it was "+there.Summary())
	default:
		return checks.Confirm(reason + ", while grpc answers from here")
	}
}

// The outcomes that a case can want: each stands for several outcomes of a connection.
const (
	Unreachable harness.Outcome = "unreachable" // nothing answers in plaintext, whatever it is asked
	Withheld    harness.Outcome = "withheld"    // what is asked for is not handed out
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Unreachable: {Summary: "out of reach"},
	Withheld:    {Summary: "not handed out"},
})
