package harness

// A Fetch is one GET in plaintext at the management port, as anybody may send
// it. What is answered is not kept, only what kind and how much of it.
type Fetch struct{ Path string }

// Fit returns the look itself: it leaves nothing to the topology.
func (f Fetch) Fit(Topology) Look { return f }

// Subject gives the REST client, at the management port, as nobody.
func (f Fetch) Subject() Subject {
	return Subject{Client: REST, Port: Management, Identity: Nobody}
}

// String says what is fetched, for reports.
func (f Fetch) String() string { return "GET " + f.Path + " at management in plaintext" }

// Presence is the attempt that shows that the deployment can be reached from
// here: without it, nothing that stays unanswered means anything.
func Presence(t Topology) Attempt {
	return Attempt{Via: Raw, At: GRPC, As: Nobody, Trusting: TrustBlind, Ask: AskVersion}.fit(t)
}

// Judge judges whether the port hands something out, or answers at all.
func (Fetch) Judge(want, saw Outcome, e Evidence) Ruling {
	o := e.connection()
	reason := "it was " + saw.Words() + detail(o)
	switch {
	case !saw.Valid():
		return LeaveOpen(CauseNotObserved, "nothing was observed")
	case saw == Served, want == Unreachable && o.Answer != "" && saw != RefusedPlaintext:
		return Refute(reason)
	case saw == FailedInClient:
		return LeaveOpen(saw.cause(), reason)
	case e.Lost != nil:
		return LeaveOpen(CauseNoControl, reason+", but gRPC could not be asked for comparison: "+e.Lost.Error())
	case e.Control == nil:
		return LeaveOpen(CauseNoControl, reason+", but there is no control")
	}
	switch there := e.Control.Outcome(); there {
	case TimedOut, NothingListens, FailedInClient, 0:
		return LeaveOpen(CauseControlFailed, reason+", but the deployment cannot be reached from here: at grpc it was "+there.Words())
	default:
		return Confirm(reason + ", while grpc answers from here")
	}
}
