// Package connect judges one connection: it holds the table of what proves that a client was
// served, refused or kept out.
package connect

import (
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/connection"
)

var _ = checks.JudgedBy(
	func(_ harness.Attempt, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
		return Judge(want, saw, e)
	},
	// Where a client has to be kept out, being served proves the opposite without a control.
	func(_ harness.Attempt, want harness.Outcome, e checks.Evidence) (bool, string) {
		if want == harness.KeptOut {
			return true, ""
		}
		return e.ControlServed()
	})

// Judge judges what a client saw. What it asks for before it confirms or
// refutes anything is the project's table of proofs.
func Judge(want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	o := Connection(e)
	switch {
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseNotObserved, "nothing was observed")
	case noClientHello(e):
		return checks.LeaveOpen(harness.CauseNoClientHello, "no ClientHello reached the server"+o.Brief())
	case saw == harness.Served && !sentItsCert(e):
		return checks.LeaveOpen(harness.CauseCertNotSent, "the client meant to show a certificate and sent none, although the server asked")
	case wrongServerCert(e) && (saw == harness.Served || want == harness.Served || want == harness.Answered):
		return checks.Refute(fmt.Sprintf("the port showed certificate %.12s, not the configured %.12s", o.ServerCert, e.ConfiguredCert))
	}
	switch want {
	case harness.Served, harness.Answered:
		return judgeServed(want, saw, e)
	case harness.NotServed:
		return judgeNotServed(saw, e)
	case harness.RefusedNoCertificate, harness.RefusedCertificate, harness.RefusedProtocol:
		return judgeRefused(want, saw, e)
	case harness.KeptOut, harness.NotWeaker:
		return judgeKeptOut(want, saw, e)
	case harness.ServedNoCertRequest:
		return judgeNotAsked(saw, e)
	default:
		return judgeRefusedOtherwise(want, saw, e)
	}
}

// Connection returns what was seen as what a client saw.
func Connection(e checks.Evidence) *connection.Observation { return e.Saw.(*connection.Observation) }

// sentItsCert reports whether the client sent the certificate of the case, as far as the client
// can know. A server that did not ask for one rightly got none.
func sentItsCert(e checks.Evidence) bool {
	o := Connection(e)
	return e.ExpectedClientCert == "" || o.SelfReportOnly || !o.CertRequested || o.ClientCert == e.ExpectedClientCert
}

// noClientHello reports whether the connection ended before the server can have read the
// ClientHello. An answer in TLS shows that it was read; a server that sends something other than
// TLS first refuses every client.
func noClientHello(e checks.Evidence) bool {
	o := Connection(e)
	switch o.End {
	case "", connection.EndDialRefused, connection.EndClient, connection.EndNotTLS:
		return false
	default:
	}
	if o.Plaintext || len(o.Transcripts) == 0 {
		return false
	}
	return !slices.ContainsFunc(o.Transcripts, func(t connection.Transcript) bool {
		return t.Hello || t.Answered == connection.SpokeTLS || t.Kind != connection.SpokeTLS && t.Kind != connection.SpokeNothing
	})
}

func wrongServerCert(e checks.Evidence) bool {
	o := Connection(e)
	return e.ConfiguredCert != "" && o.ServerCert != "" && o.ServerCert != e.ConfiguredCert
}

func judgeServed(want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	if saw == harness.Served || want == harness.Answered && answered(e) {
		return checks.Confirm("the API answered" + Connection(e).Brief())
	}
	switch saw {
	case harness.TimedOut, harness.NotReady, harness.ClosedWithoutAlert, harness.FailedInClient:
		return checks.LeaveOpen(saw.Cause(), "it was "+saw.Summary()+Connection(e).Brief())
	default:
	}
	if saw == harness.NotServed && Connection(e).Dropped {
		return checks.LeaveOpen(harness.CauseNoAlert, "its connection ended without an answer and without a reason"+Connection(e).Brief())
	}
	served, control := e.ControlServed()
	switch {
	case e.Control == nil && e.ControlErr == nil && saw != harness.NotServed:
		return checks.Refute("it was " + saw.Summary() + Connection(e).Brief())
	case served:
		return checks.Refute("it was " + saw.Summary() + Connection(e).Brief() + "; " + control)
	}
	return checks.LeaveOpen(e.ControlCause(), "it was "+saw.Summary()+Connection(e).Brief()+"; "+control)
}

func answered(e checks.Evidence) bool {
	return !Connection(e).Plaintext && Connection(e).Answer != "" && Connection(e).Answer != connection.AnswerWantsTLS
}

func judgeNotServed(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	switch {
	case saw == harness.Served:
		return checks.Refute("it was served" + Connection(e).Brief())
	case saw == harness.NotServed || saw.ByServer():
		return e.ConfirmWithControl("it was " + saw.Summary() + Connection(e).Brief())
	}
	return checks.LeaveOpen(saw.Cause(), "it was "+saw.Summary()+Connection(e).Brief())
}

// judgeRefused asks for the alert (without which no outcome is one of these),
// for the certificate to have been shown, for the server's own log line where
// the release writes one, and for the control.
func judgeRefused(want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	switch {
	case saw == harness.Served && !Connection(e).CertRequested && want != harness.RefusedProtocol:
		return checks.Refute("it was served, and the server never asked for a certificate" + Connection(e).Brief())
	case saw == harness.Served:
		return checks.Refute("it was served" + Connection(e).Brief())
	case saw != want:
		return checks.LeaveOpen(saw.Cause(), "it was "+saw.Summary()+Connection(e).Brief()+", which does not prove the refusal")
	case Connection(e).Alert == nil:
		return checks.LeaveOpen(harness.CauseNoAlert, "no TLS alert was read")
	case want == harness.RefusedCertificate && Connection(e).ClientCert != e.ExpectedClientCert:
		return checks.LeaveOpen(harness.CauseCertNotSent, "the client sent a different certificate than the case's")
	case e.LogsRefusals && Connection(e).Log == "":
		return checks.LeaveOpen(harness.CauseNoLogLine, Connection(e).Alert.String()+", but the server logged nothing about this client, although the release can")
	}
	return e.ConfirmWithControl(Connection(e).Alert.String())
}

func judgeRefusedOtherwise(want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	if saw == want {
		return e.ConfirmWithControl("it was " + saw.Summary() + Connection(e).Brief())
	}
	served, control := e.ControlServed()
	switch {
	case saw == harness.Served:
		return checks.Refute("it was served" + Connection(e).Brief())
	case saw == harness.TimedOut && want == harness.RefusedTLS && served:
		return checks.Refute(fmt.Sprintf("it was left without an answer for %.1f s; %s", Connection(e).Seconds, control))
	}
	return checks.LeaveOpen(saw.Cause(), "it was "+saw.Summary()+Connection(e).Brief())
}

// judgeKeptOut judges whether a client was served that lacks what TLS requires. A refusal needs
// no control here: a server that refuses everybody breaks other claims. Any answer of the API
// counts as served, since a client that may try passwords has passed TLS.
func judgeKeptOut(want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	reason := "it was " + saw.Summary() + Connection(e).Brief()
	switch saw {
	case harness.Served, harness.RefusedCredentials, harness.NotReady:
		if want == harness.NotWeaker {
			return judgeNotWeaker(reason, saw, e)
		}
		return checks.Refute(reason)
	case harness.RefusedNoCertificate, harness.RefusedCertificate, harness.RefusedProtocol, harness.RefusedPlaintext, harness.RefusedTLS:
		return checks.Confirm(reason)
	default:
		return checks.LeaveOpen(saw.Cause(), reason)
	}
}

// judgeNotWeaker compares a client that REST's port served with the same attempt at gRPC's.
func judgeNotWeaker(reason string, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	if e.Control == nil {
		return checks.LeaveOpen(harness.CauseNoControl, fmt.Sprintf("%s, and gRPC could not be asked the same: %v", reason, e.ControlErr))
	}
	there := e.Control.Outcome()
	reason += "; by gRPC it was " + there.Summary() + e.Control.(*connection.Observation).Brief()
	switch {
	case there == saw:
		return checks.Confirm(reason)
	case there.ByServer():
		return checks.Refute(reason)
	}
	return checks.LeaveOpen(saw.Cause(), reason)
}

// judgeNotAsked judges an attempt at a port that should serve everybody and ask for no
// certificate.
func judgeNotAsked(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	if saw == harness.Served && Connection(e).CertRequested {
		return checks.Refute("it was served, and asked for a client certificate")
	}
	return judgeServed(harness.Served, saw, e)
}
