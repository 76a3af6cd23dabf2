package harness

import (
	"strings"
	"testing"
)

// ports gives what three internal ports answer.
func ports(plain, secure Outcome) (seen []SurveyEntry) {
	for _, p := range []Port{InternalProxy, InternalRootCoord, InternalDataNode} {
		seen = append(seen, SurveyEntry{Port: p, Transport: TransportPlain, Outcome: plain}, SurveyEntry{Port: p, Transport: TransportTLS, Outcome: secure})
	}
	return seen
}

func bootOf(b StartResult, c Components) *StartResult {
	b.Components = &c
	return &b
}

const internalTrouble = "x509: certificate is valid for localhost, not wrong.example"

var (
	closedPorts = ports(RefusedPlaintext, Served)
	works       = bootOf(StartResult{Ready: true, Survey: []SurveyEntry{{Port: GRPC, Client: Raw, Transport: TransportPlain, Outcome: Served}}},
		Components{On: 5, Health: 200, Ports: closedPorts, Schema: Served})
	stuckOne = func(health int, complains string) *StartResult {
		return bootOf(StartResult{TLSError: complains}, Components{On: 5, Health: health, Ports: closedPorts})
	}
	endedOne = &StartResult{Exited: true, Status: 134, Cause: internalTrouble}
	bareOne  = bootOf(StartResult{}, Components{On: 5, Ports: closedPorts})
)

func TestJudgeComponents(t *testing.T) {
	hung := bootOf(*works, Components{On: 5, Health: 200, Ports: closedPorts, Schema: TimedOut, Said: "create collection"})
	for _, tt := range []struct {
		name    string
		want    Outcome
		saw     Facts
		control Facts
		on      bool
		verdict Verdict
		says    string
	}{
		{"logged", InternalLogged, works, nil, true, Confirmed, "value=true 5 times"},
		{"logged although off", InternalLogged, works, nil, false, Refuted, "value=true 5 times"},
		{"off and silent", InternalLogged, bootOf(*works, Components{Off: 5}), nil, false, Confirmed, ""},
		{"on and silent", InternalLogged, bootOf(*works, Components{}), nil, true, Refuted, ""},
		{"one component off", InternalLogged, bootOf(*works, Components{On: 4, Off: 1}), nil, true, Refuted, ""},
		{"not ready and silent", InternalLogged, bootOf(StartResult{}, Components{}), nil, true, Inconclusive, ""},
		{"ended before it logged", InternalLogged, endedOne, nil, true, Inconclusive, ""},

		{"stuck, with the reason", Unready, stuckOne(500, internalTrouble), works, true, Confirmed, internalTrouble},
		{"ended, with the reason", Unready, endedOne, works, true, Confirmed, internalTrouble},
		{"stuck, with another reason", Unready, stuckOne(500, "no etcd"), works, true, Refuted, "nothing in its log"},
		{"stuck without a word", Unready, bareOne, works, true, Refuted, "nothing in its log"},
		{"stuck, and so is the repaired one", Unready, stuckOne(500, internalTrouble), bareOne, true, Inconclusive, "did not become ready"},
		{"stuck without a control", Unready, stuckOne(500, internalTrouble), nil, true, Inconclusive, "no control"},
		{"it works all the same", Unready, works, works, true, Refuted, "started and serves"},

		{"health says so", UnreadyShown, stuckOne(500, internalTrouble), works, true, Confirmed, "status 500"},
		{"health does not answer", UnreadyShown, stuckOne(0, internalTrouble), works, true, Confirmed, "does not answer"},
		{"health says it is well", UnreadyShown, stuckOne(200, internalTrouble), works, true, Refuted, "status 200"},
		{"health of a good one is no better", UnreadyShown, stuckOne(500, internalTrouble), stuckOne(500, internalTrouble), true, Inconclusive, ""},
		{"slow, not stuck", UnreadyShown, stuckOne(200, ""), works, true, Inconclusive, "never will be ready"},
		{"it became ready", UnreadyShown, works, works, true, Inconclusive, ""},
		{"it ended", UnreadyShown, endedOne, works, true, Confirmed, "status 134"},

		{"closed", FailedClosed, stuckOne(500, internalTrouble), works, true, Confirmed, "its datanode does not answer"},
		{"open", FailedClosed, bootOf(StartResult{}, Components{Ports: ports(Served, RefusedTLS)}), works, true, Refuted, "its datanode answers in plaintext"},
		{"another component is open", FailedClosed, bootOf(StartResult{}, Components{Ports: append(ports(Served, RefusedTLS)[:2], closedPorts[2:]...)}), works, true, Confirmed, "datanode"},
		{"open, without a control", FailedClosed, bootOf(StartResult{}, Components{Ports: ports(Served, RefusedTLS)}), nil, true, Refuted, ""},
		{"nothing listens", FailedClosed, bootOf(StartResult{}, Components{Ports: ports(NothingListens, NothingListens)}), works, true, Confirmed, ""},
		{"left without an answer", FailedClosed, bootOf(StartResult{}, Components{Ports: ports(TimedOut, TimedOut)}), works, true, Inconclusive, ""},
		{"nor TLS where nothing is wrong", FailedClosed, stuckOne(500, internalTrouble),
			bootOf(StartResult{Ready: true}, Components{Ports: ports(NothingListens, NothingListens)}), true, Inconclusive, "does not answer over TLS"},
		{"no port was asked", FailedClosed, bootOf(StartResult{}, Components{}), works, true, Inconclusive, ""},
		{"ended", FailedClosed, endedOne, works, true, Confirmed, "status 134"},

		{"works", Operable, works, nil, true, Confirmed, "created, listed"},
		{"says why not", Operable, stuckOne(500, internalTrouble), works, true, Confirmed, internalTrouble},
		{"ends and says why", Operable, endedOne, works, true, Confirmed, internalTrouble},
		{"says nothing", Operable, bareOne, works, true, Refuted, "nothing in its log"},
		{"ready, and hangs", Operable, hung, works, true, Refuted, "create collection"},
		{"ready, and hangs as the repaired one does", Operable, hung, hung, true, Inconclusive, ""},
		{"ready, and hangs, without a control", Operable, hung, nil, true, Inconclusive, ""},
		{"nobody looked", Operable, &StartResult{Ready: true}, works, true, Inconclusive, ""},
	} {
		got := Judge(Start{Port: InternalDataNode}, tt.want, Evidence{Saw: tt.saw, Control: tt.control, Internal: tt.on, Names: []string{"x509"}})
		if got.Verdict != tt.verdict || !strings.Contains(got.Reason, tt.says) {
			t.Errorf("%s: %v: %s", tt.name, got.Verdict, got.Reason)
		}
	}
}

func TestJudgeNotAsked(t *testing.T) {
	served := Observation{Answer: AnswerData, ServerCert: "p", HandshakeDone: true}
	asked := served
	asked.CertRequested = true
	refused := Observation{End: EndAlert, Alert: &Alert{Code: alertCertificateRequired}, CertRequested: true, ServerCert: "p", HandshakeDone: true}
	for _, tt := range []struct {
		name    string
		saw     Observation
		verdict Verdict
	}{
		{"served", served, Confirmed},
		{"served, and asked", asked, Refuted},
		{"refused", refused, Refuted},
		{"timed out", Observation{End: EndTimeout}, Inconclusive},
	} {
		if got := Judge(Attempt{}, ServedNoCertRequest, Evidence{Saw: &tt.saw, ConfiguredCert: "p"}); got.Verdict != tt.verdict {
			t.Errorf("%s: %v: %s", tt.name, got.Verdict, got.Reason)
		}
	}
	if got := Judge(Attempt{}, ServedNoCertRequest, Evidence{Saw: &served, ConfiguredCert: "q"}); got.Verdict != Refuted {
		t.Errorf("another certificate: %v", got.Verdict)
	}
}

func TestJudgeLockedOut(t *testing.T) {
	by := func(o Outcome) *StartResult {
		return &StartResult{Ready: true, Survey: []SurveyEntry{
			{Port: GRPC, Client: Raw, Transport: TransportTLS, Outcome: Served}, {Port: GRPC, Client: Raw, Transport: TransportTLS, Outcome: o, Identity: ByShippedCA},
		}}
	}
	served := &Observation{Answer: AnswerData}
	for _, tt := range []struct {
		name    string
		saw     Facts
		control Facts
		verdict Verdict
	}{
		{"served", by(Served), nil, Refuted},
		{"refused", by(RefusedCertificate), nil, Confirmed},
		{"cut off", by(ClosedWithoutAlert), nil, Inconclusive},
		{"nobody tried", &StartResult{Ready: true, Survey: []SurveyEntry{{Port: GRPC, Outcome: Served}}}, nil, Inconclusive},
		{"never ready", &StartResult{}, nil, Inconclusive},
		{"ended", endedOne, served, Confirmed},
		{"ended, and so does the repaired one", endedOne, &Observation{End: EndDialRefused}, Inconclusive},
	} {
		if got := Judge(Start{}, LockedOut, Evidence{Saw: tt.saw, Control: tt.control}); got.Verdict != tt.verdict {
			t.Errorf("%s: %v: %s", tt.name, got.Verdict, got.Reason)
		}
	}
}
