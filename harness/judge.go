package harness

import (
	"fmt"
	"slices"
)

// StartBound is how many seconds a server may take to end by itself over a
// file that it cannot use, on a machine where others are ready by then.
const StartBound = 10.0

// Evidence is all that Judge looks at besides the wanted outcome.
type Evidence struct {
	Saw        Facts
	Err        error // why nothing was observed; nil when something was
	Control    Facts // the repaired check; nil where none is needed
	ControlErr error // why there is no control although one is needed

	ConfiguredCert     string   // SHA-256 of the certificate that the port should show
	ExpectedClientCert string   // SHA-256 of the leaf that the client should have sent; empty for nobody
	LogsRefusals       bool     // the release can log a refusal on this port, so the line must be there
	Names              []string // a NotStarted's cause must hold one of these, in any case
	Internal           bool     // TLS between components is configured
	HSTS               string   // the Strict-Transport-Security header that is configured; empty for none
	ReadySeconds       float64  // seconds until the deployment without the change was ready; 0 where it never was
}

// A Judgement is a ruling, and what was seen.
type Judgement struct {
	Saw Outcome
	Ruling
}

// Judge is the gate that every verdict comes through: a pure function of the check, the
// wanted outcome and the evidence. What it takes to confirm or to refute, the check's kind
// knows.
func Judge(l Check, want Outcome, e Evidence) Judgement {
	var saw Outcome
	if e.Saw != nil {
		saw = e.Saw.Outcome()
	}
	return Judgement{Saw: saw, Ruling: judge(l, want, saw, e)}
}

func judge(l Check, want, saw Outcome, e Evidence) Ruling {
	switch {
	case !want.Valid():
		return LeaveOpen(CauseCaseMisfit, "the case wants no outcome")
	case e.Err != nil:
		return Unobserved(fmt.Errorf("nothing was observed: %w", e.Err))
	case e.Saw == nil:
		return LeaveOpen(CauseNotObserved, "nothing was observed")
	}
	r := l.Judge(want, saw, e)
	if held, why := e.held(l, want); r.Verdict == Refuted && !held {
		return LeaveOpen(e.controlCause(), r.Reason+", but "+why)
	}
	return r
}

// A comparing check knows itself whether what it was held against came to something.
// For every other check that is a control, which has to be served.
type comparing interface {
	held(want Outcome, e Evidence) (bool, string)
}

// held tells whether what was seen could be held against something, where it had to be,
// and why not. No claim is refuted whose control failed: then something else is wrong,
// and the server may well do what the claim says.
func (e Evidence) held(l Check, want Outcome) (bool, string) {
	if e.Control == nil && e.ControlErr == nil {
		return true, ""
	}
	if c, compares := l.(comparing); compares {
		return c.held(want, e)
	}
	return e.control()
}

// judgeConnection judges what a client saw. What it asks for before it confirms or
// refutes anything is the project's table of proofs.
func judgeConnection(want, saw Outcome, e Evidence) Ruling {
	o := e.connection()
	switch {
	case !saw.Valid():
		return LeaveOpen(CauseNotObserved, "nothing was observed")
	case e.noClientHello():
		return LeaveOpen(CauseNoClientHello, "no ClientHello reached the server"+detail(o))
	case saw == Served && !e.sentItsCert():
		return LeaveOpen(CauseCertNotSent, "the client meant to show a certificate and sent none, although the server asked")
	case e.wrongServerCert() && (saw == Served || want == Served || want == Answered):
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
func (e Evidence) connection() *Observation { return e.Saw.(*Observation) }

// sentItsCert tells whether the client sent what the case says that it is, as far as
// the client can tell. A server that did not ask was shown nothing by right.
func (e Evidence) sentItsCert() bool {
	o := e.connection()
	return e.ExpectedClientCert == "" || o.SelfReportOnly || !o.CertRequested || o.ClientCert == e.ExpectedClientCert
}

// noClientHello tells whether a TLS client was turned away before the server had heard
// what it turned away. A server that answers in TLS has heard it, and one that
// speaks first, and no TLS, turns everybody away.
func (e Evidence) noClientHello() bool {
	o := e.connection()
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

func (e Evidence) wrongServerCert() bool {
	o := e.connection()
	return e.ConfiguredCert != "" && o.ServerCert != "" && o.ServerCert != e.ConfiguredCert
}

// control tells whether the repaired attempt was served, and what came of it.
func (e Evidence) control() (bool, string) {
	switch {
	case e.ControlErr != nil:
		return false, fmt.Sprintf("the control could not be made: %v", e.ControlErr)
	case e.Control == nil:
		return false, "there is no control"
	}
	return e.Control.Control()
}

// controlCause is why a control that was not served leaves the verdict open.
func (e Evidence) controlCause() Cause {
	if e.Control == nil {
		return CauseNoControl
	}
	return CauseControlFailed
}

func judgeServed(want, saw Outcome, e Evidence) Ruling {
	if saw == Served || want == Answered && e.answered() {
		return Confirm("the API answered" + detail(e.connection()))
	}
	switch saw {
	case TimedOut, NotReady, ClosedWithoutAlert, FailedInClient:
		return LeaveOpen(saw.cause(), "it was "+saw.Summary()+detail(e.connection()))
	default:
	}
	if saw == NotServed && e.connection().Dropped {
		return LeaveOpen(CauseNoAlert, "its connection ended without an answer and without a reason"+detail(e.connection()))
	}
	served, control := e.control()
	switch {
	case e.Control == nil && e.ControlErr == nil && saw != NotServed:
		return Refute("it was " + saw.Summary() + detail(e.connection()))
	case served:
		return Refute("it was " + saw.Summary() + detail(e.connection()) + "; " + control)
	}
	return LeaveOpen(e.controlCause(), "it was "+saw.Summary()+detail(e.connection())+"; "+control)
}

// answered tells whether an application answered after a good handshake.
func (e Evidence) answered() bool {
	return !e.connection().Plaintext && e.connection().Answer != "" && e.connection().Answer != AnswerWantsTLS
}

// isFact tells whether an outcome was given by the server, and not by a weakness of
// the way to it.
func (o Outcome) isFact() bool {
	switch o {
	case RefusedNoCertificate, RefusedCertificate, RefusedProtocol, RefusedALPN, RefusedPlaintext, RefusedTLS,
		RefusedCredentials, RefusedByClient, NotOffered, NothingListens:
		return true
	default:
		return false
	}
}

func judgeNotServed(saw Outcome, e Evidence) Ruling {
	switch {
	case saw == Served:
		return Refute("it was served" + detail(e.connection()))
	case saw == NotServed || saw.isFact():
		return withControl("it was "+saw.Summary()+detail(e.connection()), e)
	}
	return LeaveOpen(saw.cause(), "it was "+saw.Summary()+detail(e.connection()))
}

// judgeRefused asks for the alert (without which no outcome is one of these),
// for the certificate to have been shown, for the server's own log line where
// the release writes one, and for the control.
func judgeRefused(want, saw Outcome, e Evidence) Ruling {
	switch {
	case saw == Served && !e.connection().CertRequested && want != RefusedProtocol:
		return Refute("it was served, and the server never asked for a certificate" + detail(e.connection()))
	case saw == Served:
		return Refute("it was served" + detail(e.connection()))
	case saw != want:
		return LeaveOpen(saw.cause(), "it was "+saw.Summary()+detail(e.connection())+", which does not prove the refusal")
	case e.connection().Alert == nil:
		return LeaveOpen(CauseNoAlert, "no TLS alert was read")
	case want == RefusedCertificate && e.connection().ClientCert != e.ExpectedClientCert:
		return LeaveOpen(CauseCertNotSent, "the client sent another certificate than the case says")
	case e.LogsRefusals && e.connection().Log == "":
		return LeaveOpen(CauseNoLogLine, e.connection().Alert.String()+", but the server logged nothing about this client, although the release can")
	}
	return withControl(e.connection().Alert.String(), e)
}

func judgeRefusedOtherwise(want, saw Outcome, e Evidence) Ruling {
	if saw == want {
		return withControl("it was "+saw.Summary()+detail(e.connection()), e)
	}
	served, control := e.control()
	switch {
	case saw == Served:
		return Refute("it was served" + detail(e.connection()))
	case saw == TimedOut && want == RefusedTLS && served:
		return Refute(fmt.Sprintf("it was left without an answer for %.1f s; %s", e.connection().Seconds, control))
	}
	return LeaveOpen(saw.cause(), "it was "+saw.Summary()+detail(e.connection()))
}

func withControl(reason string, e Evidence) Ruling {
	served, control := e.control()
	if !served {
		return LeaveOpen(e.controlCause(), reason+", but "+control)
	}
	return Confirm(reason + "; " + control)
}
