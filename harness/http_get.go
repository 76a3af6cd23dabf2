package harness

import "net"

// A HTTPGet is one GET in plaintext at the management port, as anybody may send
// it. What is answered is not kept, only what kind and how much of it.
type HTTPGet struct{ Path string }

// Resolve returns the check itself: it leaves nothing to the topology.
func (f HTTPGet) Resolve(Topology) Check { return f }

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

// held asks for nothing where something was handed out: that is proof by itself. What
// stays unanswered is held against gRPC's port by Judge.
func (HTTPGet) held(Outcome, Evidence) (bool, string) { return true, "" }

// onLoopback tells whether an address is one that only this machine has.
func onLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// Judge judges whether the port hands something out, or answers at all.
func (HTTPGet) Judge(want, saw Outcome, e Evidence) Ruling {
	o := e.connection()
	reason := "it was " + saw.Summary() + detail(o)
	switch {
	case !saw.Valid():
		return LeaveOpen(CauseNotObserved, "nothing was observed")
	case saw == Served, want == Unreachable && o.Answer != "" && saw != RefusedPlaintext:
		return Refute(reason)
	case saw == FailedInClient:
		return LeaveOpen(saw.cause(), reason)
	case saw == NothingListens && onLoopback(o.Remote):
		return LeaveOpen(CauseNoAccess, reason+", at "+o.Remote+
			": an address of this machine's own, such as that of a port-forward, shows nothing about where clients are (the chart's Service publishes 9091)")
	case e.ControlErr != nil:
		return LeaveOpen(CauseNoControl, reason+", but gRPC could not be asked for comparison: "+e.ControlErr.Error())
	case e.Control == nil:
		return LeaveOpen(CauseNoControl, reason+", but there is no control")
	}
	switch there := e.Control.Outcome(); there {
	case TimedOut, NothingListens, FailedInClient, 0:
		return LeaveOpen(CauseControlFailed, reason+", but the deployment cannot be reached from here: at grpc it was "+there.Summary())
	default:
		return Confirm(reason + ", while grpc answers from here")
	}
}
