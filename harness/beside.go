package harness

import "fmt"

// A Beside makes one attempt at REST's port with the raw client, and holds
// against it what comes of the same attempt at gRPC's.
type Beside struct{ Attempt Attempt }

// Fit fills in the attempt as the topology says.
func (b Beside) Fit(t Topology) Look {
	b.Attempt.Via, b.Attempt.At = Raw, HTTP
	b.Attempt = b.Attempt.fit(t)
	return b
}

// Other is the same attempt at gRPC's port.
func (b Beside) Other() Attempt {
	other := b.Attempt
	other.At = GRPC
	return other
}

// Judge judges what came of it as what any client saw.
func (Beside) Judge(want, saw Outcome, e Evidence) Ruling {
	return judgeConnection(want, saw, e)
}

// Subject gives the attempt's client and identity, at REST's port.
func (b Beside) Subject() Subject {
	return Subject{Client: b.Attempt.Via, Port: b.Attempt.At, Identity: b.Attempt.As}
}

// String says what is tried, for reports.
func (b Beside) String() string { return b.Attempt.String() + ", and the same at grpc" }

// overheard tells whether a password of somebody's deployment would be sent to
// where TLS does not protect it, although TLS is configured.
func (a Attempt) overheard(t Topology) bool {
	return t.Standing && t.TLS() && (a.Over == WirePlain || a.Trusting == TrustBlind)
}

// judgeKeptOut judges whether somebody was let in who lacks what TLS asks for. A
// refusal needs no control here: that nobody is let in breaks other claims, and
// opens nothing. An answer of the API counts as being let in, since whoever may
// try passwords there has passed TLS.
func judgeKeptOut(want, saw Outcome, e Evidence) Ruling {
	reason := "it was " + saw.Words() + detail(e.connection())
	switch saw {
	case Served, RefusedCredentials, NotReady:
		if want == NotWeaker {
			return judgeBeside(reason, saw, e)
		}
		return Refute(reason)
	case RefusedNoCertificate, RefusedCertificate, RefusedProtocol, RefusedPlaintext, RefusedTLS:
		return Confirm(reason)
	default:
		return LeaveOpen(saw.cause(), reason)
	}
}

// judgeBeside holds against somebody who was let in by REST's port what became
// of the same attempt at gRPC's.
func judgeBeside(reason string, saw Outcome, e Evidence) Ruling {
	if e.Control == nil {
		return LeaveOpen(CauseNoControl, fmt.Sprintf("%s, and gRPC could not be asked the same: %v", reason, e.Lost))
	}
	there := e.Control.Outcome()
	reason += "; by gRPC it was " + there.Words() + detail(e.Control.(*Observation))
	switch {
	case there == saw:
		return Confirm(reason)
	case there.isFact():
		return Refute(reason)
	}
	return LeaveOpen(saw.cause(), reason)
}
