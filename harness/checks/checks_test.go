package checks_test

import (
	"errors"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/connection"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	_ "milvus-tls-e2e/harness/checks/connect"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/results"
)

// What the tests of Judge put together: observations that each differ from a
// served one in what the name says.

func served() *connection.Observation {
	return &connection.Observation{Answer: connection.AnswerData, Version: "1.3", ServerCert: "right", HandshakeDone: true}
}

func refusedBy(code int, asked bool, sent string) *connection.Observation {
	return &connection.Observation{
		End: connection.EndAlert, Alert: &connection.Alert{Code: code, Name: "x"}, CertRequested: asked, ClientCert: sent, HandshakeDone: true, ServerCert: "right", Log: "line",
	}
}

func ended(end connection.End) *connection.Observation {
	return &connection.Observation{End: end, HandshakeDone: true, ServerCert: "right"}
}

func booted(b start.Facts) *start.Facts { return &b }

// checkOf is a check that sees such facts.
func checkOf(e checks.Evidence) harness.Check {
	if _, is := e.Saw.(*start.Facts); is {
		return start.Check{}
	}
	return harness.Attempt{}
}

func serving(w harness.Transport) start.Facts {
	return start.Facts{Ready: true, Survey: []start.SurveyEntry{{Port: harness.GRPC, Client: harness.Raw, Transport: w, Outcome: harness.Served, ServerCert: "right"}}}
}

// also is a server that serves gRPC over TLS, and was seen to do one thing more.
func also(more start.SurveyEntry) start.Facts {
	b := serving(harness.TransportTLS)
	b.Survey = append(b.Survey, more)
	return b
}

// inner is a server that answers components over one wire.
func inner(w harness.Transport, peer string) start.Facts {
	return also(start.SurveyEntry{Client: harness.Raw, Port: harness.InternalProxy, Transport: w, Outcome: harness.NotOffered, ServerCert: peer, Identity: harness.Nobody})
}

func TestJudge(t *testing.T) {
	another := served()
	another.ServerCert = "other"
	notAsked := served()
	asked := served()
	asked.CertRequested, asked.ClientCert = true, "mine"
	unshown := served()
	unshown.CertRequested = true
	unlogged := refusedBy(42, true, "mine")
	unlogged.Log = ""
	cut := ended(connection.EndUnclear)
	cut.Dropped = true
	plain := &connection.Observation{End: connection.EndReset, Plaintext: true}
	notFound := &connection.Observation{Answer: connection.AnswerNoService, Status: 404, ServerCert: "right", HandshakeDone: true, SelfReportOnly: true}
	silentRest := serving(harness.TransportTLS)
	withRest := serving(harness.TransportTLS)
	withRest.Survey = append(withRest.Survey, start.SurveyEntry{Port: harness.HTTP, Client: harness.REST, Transport: harness.TransportTLS, Outcome: harness.Served})
	saysSo := serving(harness.TransportTLS)
	saysSo.Says = "REST is off"
	died := start.Facts{Exited: true, Status: 134, Seconds: 0.3, Cause: "panic: open /x/server.pem"}
	late, mute, clean := died, died, died
	late.Seconds, mute.Cause, clean.Status = 11, "", 0

	tests := []struct {
		name string
		want harness.Outcome
		e    checks.Evidence
		is   harness.Verdict
	}{
		{"no outcome wanted", "", checks.Evidence{Saw: served()}, harness.Inconclusive},
		{"nothing observed", harness.Served, checks.Evidence{Err: errors.New("x")}, harness.Inconclusive},
		{"an empty observation", harness.Served, checks.Evidence{Saw: &connection.Observation{}}, harness.Inconclusive},

		{"served", harness.Served, checks.Evidence{Saw: served()}, harness.Confirmed},
		{"served another certificate", harness.Served, checks.Evidence{Saw: another}, harness.Refuted},
		{"served without being asked", harness.Served, checks.Evidence{Saw: notAsked, ExpectedClientCert: "mine"}, harness.Confirmed},
		{"served and shown", harness.Served, checks.Evidence{Saw: asked, ExpectedClientCert: "mine"}, harness.Confirmed},
		{"served without showing", harness.Served, checks.Evidence{Saw: unshown, ExpectedClientCert: "mine"}, harness.Inconclusive},
		{"served another certificate than meant", harness.RefusedCertificate, checks.Evidence{Saw: unshown, ExpectedClientCert: "mine", Control: served()}, harness.Inconclusive},
		{"not served, by an alert", harness.Served, checks.Evidence{Saw: refusedBy(116, true, "")}, harness.Refuted},
		{"not served, and the control is", harness.Served, checks.Evidence{Saw: ended(connection.EndUnclear), Control: served()}, harness.Refuted},
		{"cut off without a reason, and the control is served", harness.Served, checks.Evidence{Saw: cut, Control: served()}, harness.Inconclusive},
		{"not served, nor the control", harness.Served, checks.Evidence{Saw: ended(connection.EndUnclear), Control: ended(connection.EndTimeout)}, harness.Inconclusive},
		{"not served, and the control is refused", harness.Served, checks.Evidence{Saw: ended(connection.EndUnclear), Control: refusedBy(70, false, "")}, harness.Inconclusive},
		{"not served, the control lost", harness.Served, checks.Evidence{Saw: ended(connection.EndUnclear), ControlErr: errors.New("x")}, harness.Inconclusive},
		{"no answer in time", harness.Served, checks.Evidence{Saw: ended(connection.EndTimeout), Control: served()}, harness.Inconclusive},
		{"cut off", harness.Served, checks.Evidence{Saw: ended(connection.EndReset)}, harness.Inconclusive},
		{"answered 404", harness.Answered, checks.Evidence{Saw: notFound}, harness.Confirmed},
		{"served 404", harness.Served, checks.Evidence{Saw: notFound, Control: served()}, harness.Refuted},

		{"refused without a certificate", harness.RefusedNoCertificate, checks.Evidence{Saw: refusedBy(116, true, ""), Control: served()}, harness.Confirmed},
		{"refused without a certificate, old alert", harness.RefusedNoCertificate, checks.Evidence{Saw: refusedBy(42, true, ""), Control: served()}, harness.Confirmed},
		{"refused, and nobody is served", harness.RefusedNoCertificate, checks.Evidence{Saw: refusedBy(116, true, ""), Control: refusedBy(116, true, "")}, harness.Inconclusive},
		{"refused, and there is no control", harness.RefusedNoCertificate, checks.Evidence{Saw: refusedBy(116, true, "")}, harness.Inconclusive},
		{"refused, with a certificate", harness.RefusedCertificate, checks.Evidence{Saw: refusedBy(48, true, "mine"), ExpectedClientCert: "mine", Control: served()}, harness.Confirmed},
		{"refused, with another certificate", harness.RefusedCertificate, checks.Evidence{Saw: refusedBy(48, true, "yours"), ExpectedClientCert: "mine", Control: served()}, harness.Inconclusive},
		{"refused, and the certificate stayed unsent", harness.RefusedCertificate, checks.Evidence{Saw: refusedBy(42, true, ""), ExpectedClientCert: "mine", Control: served()}, harness.Inconclusive},
		{"refused, and not logged", harness.RefusedCertificate, checks.Evidence{Saw: unlogged, ExpectedClientCert: "mine", LogsRefusals: true, Control: served()}, harness.Inconclusive},
		{"refused, where nothing is logged", harness.RefusedCertificate, checks.Evidence{Saw: unlogged, ExpectedClientCert: "mine", Control: served()}, harness.Confirmed},
		{"closed without an alert", harness.RefusedCertificate, checks.Evidence{Saw: ended(connection.EndClosed), ExpectedClientCert: "mine", Control: served()}, harness.Inconclusive},
		{"bad certificate served", harness.RefusedCertificate, checks.Evidence{Saw: asked, ExpectedClientCert: "mine", Control: served()}, harness.Refuted},
		{"bad certificate never asked for", harness.RefusedCertificate, checks.Evidence{Saw: notAsked, ExpectedClientCert: "mine", Control: served()}, harness.Refuted},
		{"old version refused", harness.RefusedProtocol, checks.Evidence{Saw: refusedBy(70, false, ""), Control: served()}, harness.Confirmed},
		{"old version served", harness.RefusedProtocol, checks.Evidence{Saw: served(), Control: served()}, harness.Refuted},

		{"plaintext cut off", harness.RefusedPlaintext, checks.Evidence{Saw: plain, Control: served()}, harness.Confirmed},
		{"plaintext cut off, and so is TLS", harness.RefusedPlaintext, checks.Evidence{Saw: plain, Control: ended(connection.EndTimeout)}, harness.Inconclusive},
		{"plaintext served", harness.RefusedPlaintext, checks.Evidence{Saw: served()}, harness.Refuted},
		{"TLS on a plain port", harness.RefusedTLS, checks.Evidence{Saw: &connection.Observation{End: connection.EndNotTLS}, Control: served()}, harness.Confirmed},
		{"TLS hangs on a plain port", harness.RefusedTLS, checks.Evidence{Saw: &connection.Observation{End: connection.EndTimeout}, Control: served()}, harness.Refuted},
		{"TLS hangs, and so does the control", harness.RefusedTLS, checks.Evidence{Saw: &connection.Observation{End: connection.EndTimeout}, Control: ended(connection.EndTimeout)}, harness.Inconclusive},
		{"wrong name refused", harness.RefusedByClient, checks.Evidence{Saw: ended(connection.EndWrongName), Control: served()}, harness.Confirmed},
		{"wrong name accepted", harness.RefusedByClient, checks.Evidence{Saw: served()}, harness.Refuted},
		{"SDK not served", harness.NotServed, checks.Evidence{Saw: ended(connection.EndUnclear), Control: served()}, harness.Confirmed},
		{"SDK not served, nor the control", harness.NotServed, checks.Evidence{Saw: ended(connection.EndUnclear), Control: ended(connection.EndUnclear)}, harness.Inconclusive},
		{"SDK served", harness.NotServed, checks.Evidence{Saw: served(), Control: served()}, harness.Refuted},
		{"SDK without an answer", harness.NotServed, checks.Evidence{Saw: ended(connection.EndTimeout), Control: served()}, harness.Inconclusive},

		{"ended with a reason", start.NotStarted, checks.Evidence{Saw: booted(died), Names: []string{"server.pem"}, Control: served()}, harness.Confirmed},
		{"ended without naming the file", start.NotStarted, checks.Evidence{Saw: booted(died), Names: []string{"ca.pem"}, Control: served()}, harness.Refuted},
		{"ended without a reason", start.NotStarted, checks.Evidence{Saw: booted(mute), Control: served()}, harness.Refuted},
		{"ended late", start.NotStarted, checks.Evidence{Saw: booted(late), Control: served()}, harness.Refuted},
		{"ended late, on a machine where everything is later still", start.NotStarted, checks.Evidence{Saw: booted(late), Control: served(), ReadySeconds: 25}, harness.Confirmed},
		{"ended late, on a machine where everything is late", start.NotStarted, checks.Evidence{Saw: booted(late), Control: served(), ReadySeconds: 10.5}, harness.Inconclusive},
		{"ended late, on a machine where nothing else is", start.NotStarted, checks.Evidence{Saw: booted(late), Control: served(), ReadySeconds: 4}, harness.Refuted},
		{"ended with status 0", start.NotStarted, checks.Evidence{Saw: booted(clean), Control: served()}, harness.Confirmed},
		{"ended with status 0 over another file", start.NotStarted, checks.Evidence{Saw: booted(clean), Control: served(), Names: []string{"ca.pem"}}, harness.Refuted},
		{"canceled before it gave one", start.NotStarted, checks.Evidence{Saw: booted(start.Facts{Exited: true, Canceled: true}), Control: served()}, harness.Confirmed},
		{"canceled before it named the file", start.NotStarted, checks.Evidence{Saw: booted(start.Facts{Exited: true, Canceled: true}), Control: served(), Names: []string{"ca.pem"}}, harness.Refuted},
		{"failed with status 0", start.FailureStatus, checks.Evidence{Saw: booted(clean), Control: served()}, harness.Refuted},
		{"failed with status 134", start.FailureStatus, checks.Evidence{Saw: booted(died), Control: served()}, harness.Confirmed},
		{"failed with status 134, as its control does", start.FailureStatus, checks.Evidence{Saw: booted(died)}, harness.Inconclusive},
		{"did not fail", start.FailureStatus, checks.Evidence{Saw: booted(withRest)}, harness.NotApplicable},
		{"did not end", start.FailureStatus, checks.Evidence{Saw: booted(start.Facts{})}, harness.NotApplicable},
		{"the header is configured", start.HSTSAsConfigured, checks.Evidence{Saw: booted(sendsHSTS("max-age=1")), HSTS: "max-age=1"}, harness.Confirmed},
		{"no header is configured", start.HSTSAsConfigured, checks.Evidence{Saw: booted(sendsHSTS(""))}, harness.Confirmed},
		{"the header is missing", start.HSTSAsConfigured, checks.Evidence{Saw: booted(sendsHSTS("")), HSTS: "max-age=1"}, harness.Refuted},
		{"another age", start.HSTSAsConfigured, checks.Evidence{Saw: booted(sendsHSTS("max-age=2")), HSTS: "max-age=1"}, harness.Refuted},
		{"the header without being configured", start.HSTSAsConfigured, checks.Evidence{Saw: booted(sendsHSTS("max-age=1"))}, harness.Refuted},
		{"REST answered nothing", start.HSTSAsConfigured, checks.Evidence{Saw: booted(serving(harness.TransportTLS))}, harness.Inconclusive},
		{"ended before it could send one", start.HSTSAsConfigured, checks.Evidence{Saw: booted(died)}, harness.Refuted},
		{"ended, and the repaired one is not served", start.NotStarted, checks.Evidence{Saw: booted(died), Control: ended(connection.EndTimeout)}, harness.Inconclusive},
		{"started all the same", start.NotStarted, checks.Evidence{Saw: booted(serving(harness.TransportPlain))}, harness.Refuted},
		{"neither ended nor ready", start.NotStarted, checks.Evidence{Saw: booted(start.Facts{Seconds: 12}), Control: served()}, harness.Refuted},
		{"neither ended nor ready, and not watched for as long as it has", start.NotStarted, checks.Evidence{Saw: booted(start.Facts{Seconds: 3.1}), Control: served()}, harness.Inconclusive},
		{"neither ended nor ready, where others are not ready by then", start.NotStarted, checks.Evidence{Saw: booted(start.Facts{Seconds: 12}), Control: served(), ReadySeconds: 25}, harness.Inconclusive},
		{"neither ended nor ready, long after others are", start.NotStarted, checks.Evidence{Saw: booted(start.Facts{Seconds: 26}), Control: served(), ReadySeconds: 25}, harness.Refuted},
		{"neither ended nor ready, nor is the repaired one", start.NotStarted, checks.Evidence{Saw: booted(start.Facts{Seconds: 12}), Control: ended(connection.EndTimeout)}, harness.Inconclusive},
		{"started over TLS", start.StartedTLS, checks.Evidence{Saw: booted(serving(harness.TransportTLS)), ConfiguredCert: "right"}, harness.Confirmed},
		{"started with another certificate", start.StartedTLS, checks.Evidence{Saw: booted(serving(harness.TransportTLS)), ConfiguredCert: "another"}, harness.Refuted},
		{"started in plaintext", start.StartedTLS, checks.Evidence{Saw: booted(serving(harness.TransportPlain))}, harness.Refuted},
		{"never ready", start.StartedTLS, checks.Evidence{Saw: booted(start.Facts{})}, harness.Inconclusive},
		{"started over TLS, REST in plaintext", start.StartedTLS, checks.Evidence{Saw: booted(also(start.SurveyEntry{Client: harness.REST, Port: harness.HTTP, Transport: harness.TransportPlain, Outcome: harness.Served}))}, harness.Refuted},
		{"started over TLS, and serves nobody's client", start.StartedTLS, checks.Evidence{Saw: booted(also(start.SurveyEntry{Client: harness.Raw, Port: harness.GRPC, Transport: harness.TransportTLS, Outcome: harness.Served, Identity: harness.Nobody}))}, harness.Refuted},
		{"refused to start otherwise, with another certificate", start.NotStarted, checks.Evidence{Saw: booted(serving(harness.TransportTLS)), ConfiguredCert: "another"}, harness.Refuted},
		{"components over TLS", start.InternalOverTLS, checks.Evidence{Saw: booted(inner(harness.TransportTLS, "right"))}, harness.Confirmed},
		{"components over TLS, with another certificate", start.InternalOverTLS, checks.Evidence{Saw: booted(inner(harness.TransportTLS, "wrong"))}, harness.Refuted},
		{"components in plaintext", start.InternalOverTLS, checks.Evidence{Saw: booted(inner(harness.TransportPlain, ""))}, harness.Refuted},
		{"nothing for components", start.InternalOverTLS, checks.Evidence{Saw: booted(serving(harness.TransportPlain))}, harness.Inconclusive},
		{"never ready for components", start.InternalOverTLS, checks.Evidence{Saw: booted(start.Facts{})}, harness.Inconclusive},
		{"ended before components", start.InternalOverTLS, checks.Evidence{Saw: booted(died)}, harness.Refuted},
		{"REST vanished", start.RESTExplained, checks.Evidence{Saw: booted(silentRest)}, harness.Refuted},
		{"REST left without an answer", start.RESTExplained, checks.Evidence{Saw: booted(start.Facts{Ready: true, Survey: append(silentRest.Survey, start.SurveyEntry{Port: harness.HTTP, Client: harness.REST, Transport: harness.TransportTLS, Outcome: harness.TimedOut})})}, harness.Inconclusive},
		{"gRPC left without an answer", start.StartedTLS, checks.Evidence{Saw: booted(start.Facts{Ready: true, Survey: []start.SurveyEntry{{Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportTLS, Outcome: harness.TimedOut}}})}, harness.Inconclusive},
		{"gRPC not served", start.StartedTLS, checks.Evidence{Saw: booted(start.Facts{Ready: true, Survey: []start.SurveyEntry{{Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportTLS, Outcome: harness.NotOffered}}})}, harness.Refuted},
		{"REST served", start.RESTExplained, checks.Evidence{Saw: booted(withRest)}, harness.Confirmed},
		{"REST absent with a word", start.RESTExplained, checks.Evidence{Saw: booted(saysSo)}, harness.Confirmed},
		{"REST refused at the start", start.RESTExplained, checks.Evidence{Saw: booted(died), Control: served()}, harness.Confirmed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.e.ConfiguredCert == "" {
				tt.e.ConfiguredCert = "right"
			}
			got := checks.Judge(checkOf(tt.e), tt.want, tt.e)
			if got.Verdict != tt.is {
				t.Errorf("Judge(%v) = %v (%s), want %v", tt.want, got.Verdict, got.Reason, tt.is)
			}
			if got.Reason == "" {
				t.Error("a verdict without a reason")
			}
			if (got.Verdict == harness.Inconclusive) != (got.Cause != 0) {
				t.Errorf("the cause of %v is %v", got.Verdict, got.Cause)
			}
		})
	}
}

func TestEveryOutcomeIsReachableAndNamed(t *testing.T) {
	for _, o := range harness.Outcomes() {
		text, err := o.MarshalText()
		if err != nil || o.Summary() == "" {
			t.Errorf("outcome %q has no name or no words: %v", string(o), err)
		}
		var back harness.Outcome
		if err := back.UnmarshalText(text); err != nil || back != o {
			t.Errorf("outcome %q reads back as %v, %v", text, back, err)
		}
	}
	if err := new(harness.Outcome).UnmarshalText([]byte("splendid")); err == nil {
		t.Error("an unknown outcome was read")
	}
	if _, err := harness.Outcome("").MarshalText(); err == nil {
		t.Error("the zero outcome was written")
	}
}

func TestUnjudgedIsRed(t *testing.T) {
	for v, red := range map[harness.Verdict]bool{harness.Unjudged: true, harness.Inconclusive: true, harness.Refuted: true, harness.Confirmed: false, harness.NotApplicable: false} {
		if got := (results.Result{Verdict: v}).Red(); got != red {
			t.Errorf("%v: red is %v", v, got)
		}
	}
	if (results.Result{Verdict: harness.Refuted, Expected: true}).Red() {
		t.Error("an expected refutation is red")
	}
}

func TestSentenceSaysItAll(t *testing.T) {
	r := results.Result{
		Version: "2.3.5", Topology: "mode-2", Claim: "c", Case: "x", Attempt: "raw at grpc", Want: "refused-certificate",
		Reason: "it was served", Reproduce: "make e2e",
	}
	for _, part := range []string{"2.3.5", "mode-2", "c/x", "raw at grpc", harness.RefusedCertificate.Summary(), "it was served", "make e2e"} {
		if !strings.Contains(r.Sentence(), part) {
			t.Errorf("%q is not in %q", part, r.Sentence())
		}
	}
}

// sendsHSTS is a server whose REST answers over TLS with a Strict-Transport-Security
// header.
func sendsHSTS(header string) start.Facts {
	return start.Facts{Ready: true, Survey: []start.SurveyEntry{{Port: harness.HTTP, Client: harness.REST, Transport: harness.TransportTLS, Outcome: harness.Served, HSTS: header}}}
}
