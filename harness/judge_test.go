package harness

import (
	"errors"
	"strings"
	"testing"
)

// What the tests of Judge put together: observations that each differ from a
// served one in what the name says.

func served() *Observation {
	return &Observation{Answer: AnswerData, Version: "1.3", ServerCert: "right", HandshakeDone: true}
}

func refusedBy(code int, asked bool, sent string) *Observation {
	return &Observation{
		End: EndAlert, Alert: &Alert{Code: code, Name: "x"}, CertRequested: asked, ClientCert: sent, HandshakeDone: true, ServerCert: "right", Log: "line",
	}
}

func ended(end End) *Observation {
	return &Observation{End: end, HandshakeDone: true, ServerCert: "right"}
}

func booted(b StartResult) *StartResult { return &b }

// checkOf is a check that sees such facts.
func checkOf(e Evidence) Check {
	if _, start := e.Saw.(*StartResult); start {
		return Start{}
	}
	return Attempt{}
}

func serving(w Transport) StartResult {
	return StartResult{Ready: true, Survey: []SurveyEntry{{Port: GRPC, Client: Raw, Transport: w, Outcome: Served, ServerCert: "right"}}}
}

// also is a server that serves gRPC over TLS, and was seen to do one thing more.
func also(more SurveyEntry) StartResult {
	b := serving(TransportTLS)
	b.Survey = append(b.Survey, more)
	return b
}

// inner is a server that answers components over one wire.
func inner(w Transport, peer string) StartResult {
	return also(SurveyEntry{Client: Raw, Port: InternalProxy, Transport: w, Outcome: NotOffered, ServerCert: peer, Identity: Nobody})
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
	cut := ended(EndUnclear)
	cut.Dropped = true
	plain := &Observation{End: EndReset, Plaintext: true}
	notFound := &Observation{Answer: AnswerNoService, Status: 404, ServerCert: "right", HandshakeDone: true, SelfReportOnly: true}
	silentRest := serving(TransportTLS)
	withRest := serving(TransportTLS)
	withRest.Survey = append(withRest.Survey, SurveyEntry{Port: HTTP, Client: REST, Transport: TransportTLS, Outcome: Served})
	saysSo := serving(TransportTLS)
	saysSo.Says = "REST is off"
	died := StartResult{Exited: true, Status: 134, Seconds: 0.3, Cause: "panic: open /x/server.pem"}
	late, mute, clean := died, died, died
	late.Seconds, mute.Cause, clean.Status = 11, "", 0

	tests := []struct {
		name string
		want Outcome
		e    Evidence
		is   Verdict
	}{
		{"no outcome wanted", "", Evidence{Saw: served()}, Inconclusive},
		{"nothing observed", Served, Evidence{Err: errors.New("x")}, Inconclusive},
		{"an empty observation", Served, Evidence{Saw: &Observation{}}, Inconclusive},

		{"served", Served, Evidence{Saw: served()}, Confirmed},
		{"served another certificate", Served, Evidence{Saw: another}, Refuted},
		{"served without being asked", Served, Evidence{Saw: notAsked, ExpectedClientCert: "mine"}, Confirmed},
		{"served and shown", Served, Evidence{Saw: asked, ExpectedClientCert: "mine"}, Confirmed},
		{"served without showing", Served, Evidence{Saw: unshown, ExpectedClientCert: "mine"}, Inconclusive},
		{"served another certificate than meant", RefusedCertificate, Evidence{Saw: unshown, ExpectedClientCert: "mine", Control: served()}, Inconclusive},
		{"not served, by an alert", Served, Evidence{Saw: refusedBy(116, true, "")}, Refuted},
		{"not served, and the control is", Served, Evidence{Saw: ended(EndUnclear), Control: served()}, Refuted},
		{"cut off without a reason, and the control is served", Served, Evidence{Saw: cut, Control: served()}, Inconclusive},
		{"not served, nor the control", Served, Evidence{Saw: ended(EndUnclear), Control: ended(EndTimeout)}, Inconclusive},
		{"not served, and the control is refused", Served, Evidence{Saw: ended(EndUnclear), Control: refusedBy(70, false, "")}, Inconclusive},
		{"not served, the control lost", Served, Evidence{Saw: ended(EndUnclear), ControlErr: errors.New("x")}, Inconclusive},
		{"no answer in time", Served, Evidence{Saw: ended(EndTimeout), Control: served()}, Inconclusive},
		{"cut off", Served, Evidence{Saw: ended(EndReset)}, Inconclusive},
		{"answered 404", Answered, Evidence{Saw: notFound}, Confirmed},
		{"served 404", Served, Evidence{Saw: notFound, Control: served()}, Refuted},

		{"refused without a certificate", RefusedNoCertificate, Evidence{Saw: refusedBy(116, true, ""), Control: served()}, Confirmed},
		{"refused without a certificate, old alert", RefusedNoCertificate, Evidence{Saw: refusedBy(42, true, ""), Control: served()}, Confirmed},
		{"refused, and nobody is served", RefusedNoCertificate, Evidence{Saw: refusedBy(116, true, ""), Control: refusedBy(116, true, "")}, Inconclusive},
		{"refused, and there is no control", RefusedNoCertificate, Evidence{Saw: refusedBy(116, true, "")}, Inconclusive},
		{"refused, with a certificate", RefusedCertificate, Evidence{Saw: refusedBy(48, true, "mine"), ExpectedClientCert: "mine", Control: served()}, Confirmed},
		{"refused, with another certificate", RefusedCertificate, Evidence{Saw: refusedBy(48, true, "yours"), ExpectedClientCert: "mine", Control: served()}, Inconclusive},
		{"refused, and the certificate stayed unsent", RefusedCertificate, Evidence{Saw: refusedBy(42, true, ""), ExpectedClientCert: "mine", Control: served()}, Inconclusive},
		{"refused, and not logged", RefusedCertificate, Evidence{Saw: unlogged, ExpectedClientCert: "mine", LogsRefusals: true, Control: served()}, Inconclusive},
		{"refused, where nothing is logged", RefusedCertificate, Evidence{Saw: unlogged, ExpectedClientCert: "mine", Control: served()}, Confirmed},
		{"closed without an alert", RefusedCertificate, Evidence{Saw: ended(EndClosed), ExpectedClientCert: "mine", Control: served()}, Inconclusive},
		{"bad certificate served", RefusedCertificate, Evidence{Saw: asked, ExpectedClientCert: "mine", Control: served()}, Refuted},
		{"bad certificate never asked for", RefusedCertificate, Evidence{Saw: notAsked, ExpectedClientCert: "mine", Control: served()}, Refuted},
		{"old version refused", RefusedProtocol, Evidence{Saw: refusedBy(70, false, ""), Control: served()}, Confirmed},
		{"old version served", RefusedProtocol, Evidence{Saw: served(), Control: served()}, Refuted},

		{"plaintext cut off", RefusedPlaintext, Evidence{Saw: plain, Control: served()}, Confirmed},
		{"plaintext cut off, and so is TLS", RefusedPlaintext, Evidence{Saw: plain, Control: ended(EndTimeout)}, Inconclusive},
		{"plaintext served", RefusedPlaintext, Evidence{Saw: served()}, Refuted},
		{"TLS on a plain port", RefusedTLS, Evidence{Saw: &Observation{End: EndNotTLS}, Control: served()}, Confirmed},
		{"TLS hangs on a plain port", RefusedTLS, Evidence{Saw: &Observation{End: EndTimeout}, Control: served()}, Refuted},
		{"TLS hangs, and so does the control", RefusedTLS, Evidence{Saw: &Observation{End: EndTimeout}, Control: ended(EndTimeout)}, Inconclusive},
		{"wrong name refused", RefusedByClient, Evidence{Saw: ended(EndWrongName), Control: served()}, Confirmed},
		{"wrong name accepted", RefusedByClient, Evidence{Saw: served()}, Refuted},
		{"SDK not served", NotServed, Evidence{Saw: ended(EndUnclear), Control: served()}, Confirmed},
		{"SDK not served, nor the control", NotServed, Evidence{Saw: ended(EndUnclear), Control: ended(EndUnclear)}, Inconclusive},
		{"SDK served", NotServed, Evidence{Saw: served(), Control: served()}, Refuted},
		{"SDK without an answer", NotServed, Evidence{Saw: ended(EndTimeout), Control: served()}, Inconclusive},

		{"ended with a reason", NotStarted, Evidence{Saw: booted(died), Names: []string{"server.pem"}, Control: served()}, Confirmed},
		{"ended without naming the file", NotStarted, Evidence{Saw: booted(died), Names: []string{"ca.pem"}, Control: served()}, Refuted},
		{"ended without a reason", NotStarted, Evidence{Saw: booted(mute), Control: served()}, Refuted},
		{"ended late", NotStarted, Evidence{Saw: booted(late), Control: served()}, Refuted},
		{"ended late, on a machine where everything is later still", NotStarted, Evidence{Saw: booted(late), Control: served(), ReadySeconds: 25}, Confirmed},
		{"ended late, on a machine where everything is late", NotStarted, Evidence{Saw: booted(late), Control: served(), ReadySeconds: 10.5}, Inconclusive},
		{"ended late, on a machine where nothing else is", NotStarted, Evidence{Saw: booted(late), Control: served(), ReadySeconds: 4}, Refuted},
		{"ended with status 0", NotStarted, Evidence{Saw: booted(clean), Control: served()}, Confirmed},
		{"ended with status 0 over another file", NotStarted, Evidence{Saw: booted(clean), Control: served(), Names: []string{"ca.pem"}}, Refuted},
		{"canceled before it gave one", NotStarted, Evidence{Saw: booted(StartResult{Exited: true, Canceled: true}), Control: served()}, Confirmed},
		{"canceled before it named the file", NotStarted, Evidence{Saw: booted(StartResult{Exited: true, Canceled: true}), Control: served(), Names: []string{"ca.pem"}}, Refuted},
		{"failed with status 0", FailureStatus, Evidence{Saw: booted(clean), Control: served()}, Refuted},
		{"failed with status 134", FailureStatus, Evidence{Saw: booted(died), Control: served()}, Confirmed},
		{"failed with status 134, as its control does", FailureStatus, Evidence{Saw: booted(died)}, Inconclusive},
		{"did not fail", FailureStatus, Evidence{Saw: booted(withRest)}, NotApplicable},
		{"did not end", FailureStatus, Evidence{Saw: booted(StartResult{})}, NotApplicable},
		{"the header is configured", HSTSAsConfigured, Evidence{Saw: booted(sendsHSTS("max-age=1")), HSTS: "max-age=1"}, Confirmed},
		{"no header is configured", HSTSAsConfigured, Evidence{Saw: booted(sendsHSTS(""))}, Confirmed},
		{"the header is missing", HSTSAsConfigured, Evidence{Saw: booted(sendsHSTS("")), HSTS: "max-age=1"}, Refuted},
		{"another age", HSTSAsConfigured, Evidence{Saw: booted(sendsHSTS("max-age=2")), HSTS: "max-age=1"}, Refuted},
		{"the header without being configured", HSTSAsConfigured, Evidence{Saw: booted(sendsHSTS("max-age=1"))}, Refuted},
		{"REST answered nothing", HSTSAsConfigured, Evidence{Saw: booted(serving(TransportTLS))}, Inconclusive},
		{"ended before it could send one", HSTSAsConfigured, Evidence{Saw: booted(died)}, Refuted},
		{"ended, and the repaired one is not served", NotStarted, Evidence{Saw: booted(died), Control: ended(EndTimeout)}, Inconclusive},
		{"started all the same", NotStarted, Evidence{Saw: booted(serving(TransportPlain))}, Refuted},
		{"neither ended nor ready", NotStarted, Evidence{Saw: booted(StartResult{Seconds: 12}), Control: served()}, Refuted},
		{"neither ended nor ready, and not watched for as long as it has", NotStarted, Evidence{Saw: booted(StartResult{Seconds: 3.1}), Control: served()}, Inconclusive},
		{"neither ended nor ready, where others are not ready by then", NotStarted, Evidence{Saw: booted(StartResult{Seconds: 12}), Control: served(), ReadySeconds: 25}, Inconclusive},
		{"neither ended nor ready, long after others are", NotStarted, Evidence{Saw: booted(StartResult{Seconds: 26}), Control: served(), ReadySeconds: 25}, Refuted},
		{"neither ended nor ready, nor is the repaired one", NotStarted, Evidence{Saw: booted(StartResult{Seconds: 12}), Control: ended(EndTimeout)}, Inconclusive},
		{"started over TLS", StartedTLS, Evidence{Saw: booted(serving(TransportTLS)), ConfiguredCert: "right"}, Confirmed},
		{"started with another certificate", StartedTLS, Evidence{Saw: booted(serving(TransportTLS)), ConfiguredCert: "another"}, Refuted},
		{"started in plaintext", StartedTLS, Evidence{Saw: booted(serving(TransportPlain))}, Refuted},
		{"never ready", StartedTLS, Evidence{Saw: booted(StartResult{})}, Inconclusive},
		{"started over TLS, REST in plaintext", StartedTLS, Evidence{Saw: booted(also(SurveyEntry{Client: REST, Port: HTTP, Transport: TransportPlain, Outcome: Served}))}, Refuted},
		{"started over TLS, and serves nobody's client", StartedTLS, Evidence{Saw: booted(also(SurveyEntry{Client: Raw, Port: GRPC, Transport: TransportTLS, Outcome: Served, Identity: Nobody}))}, Refuted},
		{"refused to start otherwise, with another certificate", NotStarted, Evidence{Saw: booted(serving(TransportTLS)), ConfiguredCert: "another"}, Refuted},
		{"components over TLS", InternalOverTLS, Evidence{Saw: booted(inner(TransportTLS, "right"))}, Confirmed},
		{"components over TLS, with another certificate", InternalOverTLS, Evidence{Saw: booted(inner(TransportTLS, "wrong"))}, Refuted},
		{"components in plaintext", InternalOverTLS, Evidence{Saw: booted(inner(TransportPlain, ""))}, Refuted},
		{"nothing for components", InternalOverTLS, Evidence{Saw: booted(serving(TransportPlain))}, Inconclusive},
		{"never ready for components", InternalOverTLS, Evidence{Saw: booted(StartResult{})}, Inconclusive},
		{"ended before components", InternalOverTLS, Evidence{Saw: booted(died)}, Refuted},
		{"REST vanished", RESTExplained, Evidence{Saw: booted(silentRest)}, Refuted},
		{"REST left without an answer", RESTExplained, Evidence{Saw: booted(StartResult{Ready: true, Survey: append(silentRest.Survey, SurveyEntry{Port: HTTP, Client: REST, Transport: TransportTLS, Outcome: TimedOut})})}, Inconclusive},
		{"gRPC left without an answer", StartedTLS, Evidence{Saw: booted(StartResult{Ready: true, Survey: []SurveyEntry{{Port: GRPC, Client: Raw, Transport: TransportTLS, Outcome: TimedOut}}})}, Inconclusive},
		{"gRPC not served", StartedTLS, Evidence{Saw: booted(StartResult{Ready: true, Survey: []SurveyEntry{{Port: GRPC, Client: Raw, Transport: TransportTLS, Outcome: NotOffered}}})}, Refuted},
		{"REST served", RESTExplained, Evidence{Saw: booted(withRest)}, Confirmed},
		{"REST absent with a word", RESTExplained, Evidence{Saw: booted(saysSo)}, Confirmed},
		{"REST refused at the start", RESTExplained, Evidence{Saw: booted(died), Control: served()}, Confirmed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.e.ConfiguredCert == "" {
				tt.e.ConfiguredCert = "right"
			}
			got := Judge(checkOf(tt.e), tt.want, tt.e)
			if got.Verdict != tt.is {
				t.Errorf("Judge(%v) = %v (%s), want %v", tt.want, got.Verdict, got.Reason, tt.is)
			}
			if got.Reason == "" {
				t.Error("a verdict without a reason")
			}
			if (got.Verdict == Inconclusive) != (got.Cause != 0) {
				t.Errorf("the cause of %v is %v", got.Verdict, got.Cause)
			}
		})
	}
}

func TestEveryOutcomeIsReachableAndNamed(t *testing.T) {
	for _, o := range Outcomes() {
		text, err := o.MarshalText()
		if err != nil || o.Summary() == "" {
			t.Errorf("outcome %q has no name or no words: %v", string(o), err)
		}
		var back Outcome
		if err := back.UnmarshalText(text); err != nil || back != o {
			t.Errorf("outcome %q reads back as %v, %v", text, back, err)
		}
	}
	if err := new(Outcome).UnmarshalText([]byte("splendid")); err == nil {
		t.Error("an unknown outcome was read")
	}
	if _, err := Outcome("").MarshalText(); err == nil {
		t.Error("the zero outcome was written")
	}
}

func TestUnjudgedIsRed(t *testing.T) {
	for v, red := range map[Verdict]bool{Unjudged: true, Inconclusive: true, Refuted: true, Confirmed: false, NotApplicable: false} {
		if got := (Result{Verdict: v}).Red(); got != red {
			t.Errorf("%v: red is %v", v, got)
		}
	}
	if (Result{Verdict: Refuted, Expected: true}).Red() {
		t.Error("an expected refutation is red")
	}
}

func TestSentenceSaysItAll(t *testing.T) {
	r := Result{
		Version: "2.3.5", Topology: "mode-2", Claim: "c", Case: "x", Attempt: "raw at grpc", Want: "refused-certificate",
		Reason: "it was served", Reproduce: "make e2e",
	}
	for _, part := range []string{"2.3.5", "mode-2", "c/x", "raw at grpc", RefusedCertificate.Summary(), "it was served", "make e2e"} {
		if !strings.Contains(r.Sentence(), part) {
			t.Errorf("%q is not in %q", part, r.Sentence())
		}
	}
}

// sendsHSTS is a server whose REST answers over TLS with a Strict-Transport-Security
// header.
func sendsHSTS(header string) StartResult {
	return StartResult{Ready: true, Survey: []SurveyEntry{{Port: HTTP, Client: REST, Transport: TransportTLS, Outcome: Served, HSTS: header}}}
}
