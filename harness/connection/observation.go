// Package connection is what a client saw of one connection, and what crossed it: facts,
// without what anybody expected. Probes and recorders report it, and checks are judged by it.
package connection

import (
	"crypto/tls"
	"fmt"
	"strconv"
	"strings"

	"milvus-tls-e2e/harness"
)

// An Observation is what a client saw of one connection.
type Observation struct {
	Local   string  `json:"local,omitempty"`  // the client's own address, which the server's log names
	Remote  string  `json:"remote,omitempty"` // the address that was connected to
	Seconds float64 `json:"seconds"`          // from the first packet to the end

	Version        string `json:"version,omitempty"`          // negotiated TLS version, such as "1.3"
	Cipher         string `json:"cipher,omitempty"`           // negotiated cipher suite
	ALPN           string `json:"alpn,omitempty"`             // negotiated protocol
	ServerCert     string `json:"server_cert,omitempty"`      // SHA-256 of the certificate that the server showed, in hex
	CertRequested  bool   `json:"cert_requested,omitempty"`   // the server asked for a client certificate
	ClientCert     string `json:"client_cert,omitempty"`      // SHA-256 of the leaf that the client sent, in hex
	HandshakeDone  bool   `json:"handshake_done,omitempty"`   // the client saw the handshake complete
	Resumed        bool   `json:"resumed,omitempty"`          // the handshake resumed a session
	SelfReportOnly bool   `json:"self_report_only,omitempty"` // the client cannot tell what it sent or was shown (curl, SDKs in other languages)
	Plaintext      bool   `json:"plaintext,omitempty"`

	Dropped bool   `json:"dropped,omitempty"` // the client saw its connection end with neither an answer nor an alert
	Alert   *Alert `json:"alert,omitempty"`   // the TLS alert that the server sent
	End     End    `json:"end,omitempty"`     // how the connection ended, if not by an answer
	Answer  Answer `json:"answer,omitempty"`  // what the API answered
	Status  int    `json:"status,omitempty"`  // HTTP status, or gRPC's status code
	HSTS    string `json:"hsts,omitempty"`    // the Strict-Transport-Security header of the answer
	Detail  string `json:"detail,omitempty"`  // the client's error or answer, shortened
	Log     string `json:"log,omitempty"`     // the server's own line about this client's source port

	// What a client in another language showed on its way to the server.

	FirstProtocol harness.Transport `json:"first_protocol,omitempty"` // what the client really spoke first
	SNI           string            `json:"sni,omitempty"`            // the server name in its ClientHello
	Connected     bool              `json:"connected,omitempty"`      // the client reported a connection, and then failed
	ReusedConn    bool              `json:"reused_conn,omitempty"`    // it made no connection of its own: it used that of another client in its process

	// Transcripts describe what the connections carried; a result keeps them as lines next to
	// the facts.
	Transcripts []Transcript `json:"-"`
}

// Alert is a TLS alert that the server sent.
type Alert struct {
	Code int    `json:"code"`
	Name string `json:"name"`
}

// AlertOf returns the alert with a code, by the name that crypto/tls has for it.
func AlertOf(code uint8) *Alert {
	return &Alert{Code: int(code), Name: strings.TrimPrefix(tls.AlertError(code).Error(), "tls: ")}
}

// VersionName returns a version of TLS as an Observation has it, such as "1.3".
func VersionName(version uint16) string { return strings.TrimPrefix(tls.VersionName(version), "TLS ") }

// String returns the alert as the RFC names it, with its code.
func (a *Alert) String() string { return "alert " + strconv.Itoa(a.Code) + " (" + a.Name + ")" }

// The codes of the alerts that Judge gives a meaning to, from RFC 8446.
const (
	AlertHandshakeFailure       = 40
	AlertBadCertificate         = 42
	AlertUnsupportedCertificate = 43
	AlertCertificateRevoked     = 44
	AlertCertificateExpired     = 45
	AlertCertificateUnknown     = 46
	AlertIllegalParameter       = 47
	AlertUnknownCA              = 48
	AlertAccessDenied           = 49
	AlertDecodeError            = 50
	AlertDecryptError           = 51
	AlertProtocolVersion        = 70
	AlertCertificateRequired    = 116
	AlertNoApplicationProtocol  = 120
)

// End is how a connection ended without an answer.
type End string

// The ends. The zero value means that there was an answer.
const (
	EndDialRefused End = "dial-refused" // the operating system refused the connection
	EndAlert       End = "alert"        // a TLS alert came
	EndClosed      End = "closed"       // end of file, with no alert
	EndReset       End = "reset"        // connection reset or broken pipe
	EndTimeout     End = "timeout"      // nothing came within the bound
	EndNotTLS      End = "not-tls"      // the reply was no TLS record, or the connection broke off before ServerHello
	EndUntrusted   End = "untrusted"    // the client refused the server's certificate: no chain to its trust file
	EndWrongName   End = "wrong-name"   // the client refused the server's certificate: another name
	EndClient      End = "client"       // the client failed before it sent anything
	EndNoProtocol  End = "no-protocol"  // the server did not choose the one protocol that the client offered by ALPN
	EndUnclear     End = "unclear"      // the client reports that it was not served, without a reason
)

// Answer is what the API answered.
type Answer string

// The answers. The zero value means none.
const (
	AnswerData      Answer = "data"            // the request was carried out
	AnswerNoLogin   Answer = "unauthenticated" // the user name and password, or their absence, were refused
	AnswerNotReady  Answer = "not-ready"       // the server is up but not ready
	AnswerNoService Answer = "no-service"      // HTTP 404, 405, 415 or gRPC's Unimplemented
	AnswerWantsTLS  Answer = "wants-tls"       // an error to a client that speaks plaintext
	AnswerError     Answer = "error"           // any other error of the API
)

func init() { harness.RegisterFacts(func() harness.Facts { return &Observation{} }) }

// Kind is "connect".
func (o *Observation) Kind() string { return "connect" }

// Control reports whether the client was served.
func (o *Observation) Control() (bool, string) {
	if outcome := o.Outcome(); outcome != harness.Served {
		return false, "the control, which has no defect, was " + outcome.Summary() + o.Brief()
	}
	return true, "the control was served"
}

// Record adds the alert, the server's log line, what was negotiated, and the transcripts.
func (o *Observation) Record(e *harness.Evidenced) {
	e.Log = o.Log
	if o.Alert != nil {
		e.Alert = o.Alert.String()
	}
	if o.Version != "" {
		e.Negotiated = fmt.Sprintf("TLS %s %s", o.Version, o.Cipher)
		if o.ALPN != "" {
			e.Negotiated += " " + o.ALPN
		}
	}
	Transcribe(e, o.Transcripts)
}

// Outcome is what the client came to.
func (o *Observation) Outcome() harness.Outcome {
	switch o.Answer {
	case AnswerData:
		return harness.Served
	case AnswerNoLogin:
		return harness.RefusedCredentials
	case AnswerNotReady:
		return harness.NotReady
	case AnswerNoService:
		return harness.NotOffered
	case AnswerWantsTLS:
		return harness.RefusedPlaintext
	case AnswerError:
		return harness.APIError
	}
	switch o.End {
	case EndAlert:
		return o.alertOutcome()
	case EndDialRefused:
		return harness.NothingListens
	case EndTimeout:
		return harness.TimedOut
	case EndUntrusted, EndWrongName:
		return harness.RefusedByClient
	case EndClient:
		return harness.FailedInClient
	case EndNotTLS:
		return harness.RefusedTLS
	case EndNoProtocol:
		return harness.RefusedALPN
	case EndUnclear:
		return harness.NotServed
	case EndClosed, EndReset:
		switch {
		case o.Plaintext:
			return harness.RefusedPlaintext
		case !o.HandshakeDone && o.ServerCert == "" && !o.SelfReportOnly:
			return harness.RefusedTLS
		}
		return harness.ClosedWithoutAlert
	}
	return ""
}

// alertOutcome interprets a refusing alert. Servers built with Go before 1.24 answer alert 42
// both to a missing and to an unacceptable certificate (seen on 2.2.16 and 2.3.5), so what the
// client sent decides between the two.
func (o *Observation) alertOutcome() harness.Outcome {
	if o.Plaintext {
		return harness.RefusedPlaintext
	}
	if o.Alert == nil {
		return harness.ClosedWithoutAlert
	}
	switch o.Alert.Code {
	case AlertProtocolVersion:
		return harness.RefusedProtocol
	case AlertCertificateRequired:
		return harness.RefusedNoCertificate
	case AlertNoApplicationProtocol:
		return harness.RefusedALPN
	case AlertDecodeError, AlertIllegalParameter:
		// Of what the client has sent once its own handshake is done, this is about the
		// certificate or the proof of its key (servers built with Go 1.24 and later answer
		// so to a certificate that they cannot read; seen on a 2.6.20).
		if o.HandshakeDone && o.CertRequested && o.ClientCert != "" {
			return harness.RefusedCertificate
		}
	case AlertHandshakeFailure, AlertBadCertificate, AlertUnsupportedCertificate, AlertCertificateRevoked,
		AlertCertificateExpired, AlertCertificateUnknown, AlertUnknownCA, AlertAccessDenied, AlertDecryptError:
		switch {
		case !o.CertRequested:
			return harness.ClosedWithoutAlert
		case o.ClientCert == "":
			return harness.RefusedNoCertificate
		}
		return harness.RefusedCertificate
	}
	return harness.ClosedWithoutAlert
}

// Brief returns what an observation adds to its outcome, to follow it.
func (o *Observation) Brief() string {
	switch {
	case o.Alert != nil:
		return " (" + o.Alert.String() + ")"
	case o.Status != 0 && o.Detail != "":
		return fmt.Sprintf(" (status %d: %s)", o.Status, o.Detail)
	case o.Detail != "":
		return " (" + o.Detail + ")"
	}
	return ""
}
