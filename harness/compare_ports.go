package harness

import "fmt"

// A ComparePorts makes one attempt at REST's port with the raw client, and holds
// against it what comes of the same attempt at gRPC's.
type ComparePorts struct{ Attempt Attempt }

// Resolve fills in the attempt as the topology says.
func (b ComparePorts) Resolve(t Topology) Check {
	b.Attempt.Client, b.Attempt.Port = Raw, HTTP
	b.Attempt = b.Attempt.resolve(t)
	return b
}

// Other is the same attempt at gRPC's port.
func (b ComparePorts) Other() Attempt {
	other := b.Attempt
	other.Port = GRPC
	return other
}

// Judge judges what came of it as what any client saw.
func (ComparePorts) Judge(want, saw Outcome, e Evidence) Ruling {
	return judgeConnection(want, saw, e)
}

// held wants an answer of gRPC's port, and that may be a refusal.
func (ComparePorts) held(_ Outcome, e Evidence) (bool, string) {
	if e.Control == nil {
		return e.control()
	}
	switch e.Control.Outcome() {
	case Served, RefusedNoCertificate, RefusedCertificate, RefusedProtocol, RefusedALPN, RefusedPlaintext, RefusedTLS,
		RefusedCredentials, NotOffered:
		return true, ""
	default:
		return e.control()
	}
}

// Subject gives the attempt's client and identity, at REST's port.
func (b ComparePorts) Subject() Subject {
	return Subject{Client: b.Attempt.Client, Port: b.Attempt.Port, Identity: b.Attempt.Identity}
}

// String says what is tried, for reports.
func (b ComparePorts) String() string { return b.Attempt.String() + ", and the same at grpc" }

// leaksPassword tells whether a password of somebody's deployment would be sent to
// where TLS does not protect it, although TLS is configured.
func (a Attempt) leaksPassword(t Topology) bool {
	return t.Attached && t.TLS() && (a.Transport == TransportPlain || a.TrustStore == TrustAnything)
}

// judgeKeptOut judges whether somebody was let in who lacks what TLS asks for. A
// refusal needs no control here: that nobody is let in breaks other claims, and
// opens nothing. An answer of the API counts as being let in, since whoever may
// try passwords there has passed TLS.
func judgeKeptOut(want, saw Outcome, e Evidence) Ruling {
	reason := "it was " + saw.Summary() + detail(e.connection())
	switch saw {
	case Served, RefusedCredentials, NotReady:
		if want == NotWeaker {
			return judgeComparePorts(reason, saw, e)
		}
		return Refute(reason)
	case RefusedNoCertificate, RefusedCertificate, RefusedProtocol, RefusedPlaintext, RefusedTLS:
		return Confirm(reason)
	default:
		return LeaveOpen(saw.cause(), reason)
	}
}

// judgeComparePorts holds against somebody who was let in by REST's port what became
// of the same attempt at gRPC's.
func judgeComparePorts(reason string, saw Outcome, e Evidence) Ruling {
	if e.Control == nil {
		return LeaveOpen(CauseNoControl, fmt.Sprintf("%s, and gRPC could not be asked the same: %v", reason, e.ControlErr))
	}
	there := e.Control.Outcome()
	reason += "; by gRPC it was " + there.Summary() + detail(e.Control.(*Observation))
	switch {
	case there == saw:
		return Confirm(reason)
	case there.isFact():
		return Refute(reason)
	}
	return LeaveOpen(saw.cause(), reason)
}
