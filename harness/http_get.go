package harness

import "net"

// A HTTPGet is one GET in plaintext at the management port, as anybody may send
// it. What is answered is not kept, only what kind and how much of it.
type HTTPGet struct{ Path string }

// Resolve returns the check itself: it leaves nothing to the topology.
func (f HTTPGet) Resolve(Topology) Check { return f }

// Traits give that it only asks.
func (HTTPGet) Traits(Topology) Traits { return Traits{Live: Live{Harmless: true}} }

// Subject gives the REST client, at the management port, as nobody.
func (f HTTPGet) Subject() Subject {
	return Subject{Client: REST, Port: Management, Identity: Nobody}
}

// String says what is fetched, for reports.
func (f HTTPGet) String() string { return "GET " + f.Path + " at management in plaintext" }

// Presence is the attempt that shows that the deployment can be reached from
// here: without it, nothing that stays unanswered means anything.
func Presence(t Topology) Attempt {
	return Attempt{Client: Raw, Port: GRPC, Identity: Nobody, TrustStore: TrustAnything, Request: RequestVersion}.resolve(t)
}

// heldGet asks for nothing where something was handed out: that is proof by itself. What
// stays unanswered is held against gRPC's port by the judge.
func heldGet(HTTPGet, Outcome, Evidence) (bool, string) { return true, "" }

// onLoopback tells whether an address is one that only this machine has.
func onLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

var _ = JudgedBy(judgeHTTPGet, heldGet)

// judgeHTTPGet judges whether the port hands something out, or answers at all.
func judgeHTTPGet(_ HTTPGet, want, saw Outcome, e Evidence) Ruling {
	o := connection(e)
	reason := "it was " + saw.Summary() + o.Brief()
	switch {
	case !saw.Valid():
		return LeaveOpen(CauseNotObserved, "nothing was observed")
	case saw == Served, want == Unreachable && o.Answer != "" && saw != RefusedPlaintext:
		return Refute(reason)
	case saw == FailedInClient:
		return LeaveOpen(saw.Cause(), reason)
	case saw == NothingListens && onLoopback(o.Remote):
		return LeaveOpen(CauseNoAccess, reason+", at "+o.Remote+
			": an address of this machine's own, such as that of a port-forward, shows nothing about where clients are (the chart's Service publishes 9091)")
	case e.ControlErr != nil:
		return LeaveOpen(CauseNoControl, reason+", but gRPC could not be asked for comparison: "+e.ControlErr.Error())
	case e.Control == nil:
		return LeaveOpen(CauseNoControl, reason+", but there is no control")
	}
	switch there := e.Control.Outcome(); there {
	case TimedOut, NothingListens, FailedInClient, "":
		return LeaveOpen(CauseControlFailed, reason+", but the deployment cannot be reached from here: at grpc it was "+there.Summary())
	default:
		return Confirm(reason + ", while grpc answers from here")
	}
}

// What a case of a GET can want: each stands for several outcomes of a connection.
const (
	Unreachable Outcome = "unreachable" // nothing answers in plaintext, whatever it is asked
	Withheld    Outcome = "withheld"    // what is asked for is not handed out
)

var _ = DefineOutcomes(map[Outcome]Meaning{
	Unreachable: {Summary: "out of reach"},
	Withheld:    {Summary: "not handed out"},
})
