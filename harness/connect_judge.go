package harness

import (
	"fmt"
	"slices"
)

var _ = JudgedBy(
	func(_ Attempt, want, saw Outcome, e Evidence) Ruling { return JudgeConnection(want, saw, e) },
	// Where somebody has to be kept out, being let in is proof by itself, whoever else is served.
	func(_ Attempt, want Outcome, e Evidence) (bool, string) {
		if want == KeptOut {
			return true, ""
		}
		return e.ControlServed()
	})

// JudgeConnection judges what a client saw. What it asks for before it confirms or
// refutes anything is the project's table of proofs.
func JudgeConnection(want, saw Outcome, e Evidence) Ruling {
	o := connection(e)
	switch {
	case !saw.Valid():
		return LeaveOpen(CauseNotObserved, "nothing was observed")
	case noClientHello(e):
		return LeaveOpen(CauseNoClientHello, "no ClientHello reached the server"+o.Brief())
	case saw == Served && !sentItsCert(e):
		return LeaveOpen(CauseCertNotSent, "the client meant to show a certificate and sent none, although the server asked")
	case wrongServerCert(e) && (saw == Served || want == Served || want == Answered):
		return Refute(fmt.Sprintf("the port showed certificate %.12s, not the configured %.12s", o.ServerCert, e.ConfiguredCert))
	}
	switch want {
	case Served, Answered:
		return judgeServed(want, saw, e)
	case NotServed:
		return judgeNotServed(saw, e)
	case RefusedNoCertificate, RefusedCertificate, RefusedProtocol:
		return judgeRefused(want, saw, e)
	case KeptOut, NotWeaker:
		return judgeKeptOut(want, saw, e)
	case ServedNoCertRequest:
		return judgeNotAsked(saw, e)
	default:
		return judgeRefusedOtherwise(want, saw, e)
	}
}

// connection gives what was seen as what a client saw.
func connection(e Evidence) *Observation { return e.Saw.(*Observation) }

// sentItsCert tells whether the client sent what the case says that it is, as far as
// the client can tell. A server that did not ask was shown nothing by right.
func sentItsCert(e Evidence) bool {
	o := connection(e)
	return e.ExpectedClientCert == "" || o.SelfReportOnly || !o.CertRequested || o.ClientCert == e.ExpectedClientCert
}

// noClientHello tells whether a TLS client was turned away before the server had heard
// what it turned away. A server that answers in TLS has heard it, and one that
// speaks first, and no TLS, turns everybody away.
func noClientHello(e Evidence) bool {
	o := connection(e)
	switch o.End {
	case "", EndDialRefused, EndClient, EndNotTLS:
		return false
	default:
	}
	if o.Plaintext || len(o.Transcripts) == 0 {
		return false
	}
	return !slices.ContainsFunc(o.Transcripts, func(t Transcript) bool {
		return t.Hello || t.Answered == SpokeTLS || t.Kind != SpokeTLS && t.Kind != SpokeNothing
	})
}

func wrongServerCert(e Evidence) bool {
	o := connection(e)
	return e.ConfiguredCert != "" && o.ServerCert != "" && o.ServerCert != e.ConfiguredCert
}

func judgeServed(want, saw Outcome, e Evidence) Ruling {
	if saw == Served || want == Answered && answered(e) {
		return Confirm("the API answered" + connection(e).Brief())
	}
	switch saw {
	case TimedOut, NotReady, ClosedWithoutAlert, FailedInClient:
		return LeaveOpen(saw.Cause(), "it was "+saw.Summary()+connection(e).Brief())
	default:
	}
	if saw == NotServed && connection(e).Dropped {
		return LeaveOpen(CauseNoAlert, "its connection ended without an answer and without a reason"+connection(e).Brief())
	}
	served, control := e.ControlServed()
	switch {
	case e.Control == nil && e.ControlErr == nil && saw != NotServed:
		return Refute("it was " + saw.Summary() + connection(e).Brief())
	case served:
		return Refute("it was " + saw.Summary() + connection(e).Brief() + "; " + control)
	}
	return LeaveOpen(e.ControlCause(), "it was "+saw.Summary()+connection(e).Brief()+"; "+control)
}

// answered tells whether an application answered after a good handshake.
func answered(e Evidence) bool {
	return !connection(e).Plaintext && connection(e).Answer != "" && connection(e).Answer != AnswerWantsTLS
}

func judgeNotServed(saw Outcome, e Evidence) Ruling {
	switch {
	case saw == Served:
		return Refute("it was served" + connection(e).Brief())
	case saw == NotServed || saw.ByServer():
		return e.ConfirmWithControl("it was " + saw.Summary() + connection(e).Brief())
	}
	return LeaveOpen(saw.Cause(), "it was "+saw.Summary()+connection(e).Brief())
}

// judgeRefused asks for the alert (without which no outcome is one of these),
// for the certificate to have been shown, for the server's own log line where
// the release writes one, and for the control.
func judgeRefused(want, saw Outcome, e Evidence) Ruling {
	switch {
	case saw == Served && !connection(e).CertRequested && want != RefusedProtocol:
		return Refute("it was served, and the server never asked for a certificate" + connection(e).Brief())
	case saw == Served:
		return Refute("it was served" + connection(e).Brief())
	case saw != want:
		return LeaveOpen(saw.Cause(), "it was "+saw.Summary()+connection(e).Brief()+", which does not prove the refusal")
	case connection(e).Alert == nil:
		return LeaveOpen(CauseNoAlert, "no TLS alert was read")
	case want == RefusedCertificate && connection(e).ClientCert != e.ExpectedClientCert:
		return LeaveOpen(CauseCertNotSent, "the client sent another certificate than the case says")
	case e.LogsRefusals && connection(e).Log == "":
		return LeaveOpen(CauseNoLogLine, connection(e).Alert.String()+", but the server logged nothing about this client, although the release can")
	}
	return e.ConfirmWithControl(connection(e).Alert.String())
}

func judgeRefusedOtherwise(want, saw Outcome, e Evidence) Ruling {
	if saw == want {
		return e.ConfirmWithControl("it was " + saw.Summary() + connection(e).Brief())
	}
	served, control := e.ControlServed()
	switch {
	case saw == Served:
		return Refute("it was served" + connection(e).Brief())
	case saw == TimedOut && want == RefusedTLS && served:
		return Refute(fmt.Sprintf("it was left without an answer for %.1f s; %s", connection(e).Seconds, control))
	}
	return LeaveOpen(saw.Cause(), "it was "+saw.Summary()+connection(e).Brief())
}

// judgeKeptOut judges whether somebody was let in who lacks what TLS asks for. A
// refusal needs no control here: that nobody is let in breaks other claims, and
// opens nothing. An answer of the API counts as being let in, since whoever may
// try passwords there has passed TLS.
func judgeKeptOut(want, saw Outcome, e Evidence) Ruling {
	reason := "it was " + saw.Summary() + connection(e).Brief()
	switch saw {
	case Served, RefusedCredentials, NotReady:
		if want == NotWeaker {
			return judgeNotWeaker(reason, saw, e)
		}
		return Refute(reason)
	case RefusedNoCertificate, RefusedCertificate, RefusedProtocol, RefusedPlaintext, RefusedTLS:
		return Confirm(reason)
	default:
		return LeaveOpen(saw.Cause(), reason)
	}
}

// judgeNotWeaker holds against somebody who was let in by REST's port what became
// of the same attempt at gRPC's.
func judgeNotWeaker(reason string, saw Outcome, e Evidence) Ruling {
	if e.Control == nil {
		return LeaveOpen(CauseNoControl, fmt.Sprintf("%s, and gRPC could not be asked the same: %v", reason, e.ControlErr))
	}
	there := e.Control.Outcome()
	reason += "; by gRPC it was " + there.Summary() + e.Control.(*Observation).Brief()
	switch {
	case there == saw:
		return Confirm(reason)
	case there.ByServer():
		return Refute(reason)
	}
	return LeaveOpen(saw.Cause(), reason)
}

// judgeNotAsked judges an attempt at a port that should serve whoever comes and
// ask nobody for a certificate.
func judgeNotAsked(saw Outcome, e Evidence) Ruling {
	if saw == Served && connection(e).CertRequested {
		return Refute("it was served, and asked for a client certificate")
	}
	return judgeServed(Served, saw, e)
}
