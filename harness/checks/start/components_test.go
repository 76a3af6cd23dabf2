package start_test

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness/connection"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	_ "milvus-tls-e2e/harness/checks/connect"
	"milvus-tls-e2e/harness/checks/start"
)

// ports returns what three internal ports answer.
func ports(plain, secure harness.Outcome) (seen []start.SurveyEntry) {
	for _, p := range []harness.Port{harness.InternalProxy, harness.InternalRootCoord, harness.InternalDataNode} {
		seen = append(seen, start.SurveyEntry{Port: p, Transport: harness.TransportPlain, Outcome: plain}, start.SurveyEntry{Port: p, Transport: harness.TransportTLS, Outcome: secure})
	}
	return seen
}

func bootOf(b start.Facts, c start.Components) *start.Facts {
	b.Components = &c
	return &b
}

const internalTrouble = "x509: certificate is valid for localhost, not wrong.example"

var (
	closedPorts = ports(harness.RefusedPlaintext, harness.Served)
	works       = bootOf(start.Facts{Ready: true, Survey: []start.SurveyEntry{{Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportPlain, Outcome: harness.Served}}},
		start.Components{On: 5, Health: 200, Ports: closedPorts, Schema: harness.Served})
	stuckOne = func(health int, complains string) *start.Facts {
		return bootOf(start.Facts{TLSError: complains}, start.Components{On: 5, Health: health, Ports: closedPorts})
	}
	endedOne = &start.Facts{Exited: true, Status: 134, Cause: internalTrouble}
	bareOne  = bootOf(start.Facts{}, start.Components{On: 5, Ports: closedPorts})
)

func TestJudgeComponents(t *testing.T) {
	hung := bootOf(*works, start.Components{On: 5, Health: 200, Ports: closedPorts, Schema: harness.TimedOut, Said: "create collection"})
	for _, tt := range []struct {
		name    string
		want    harness.Outcome
		saw     harness.Facts
		control harness.Facts
		on      bool
		verdict harness.Verdict
		says    string
	}{
		{"logged", start.InternalLogged, works, nil, true, harness.Confirmed, "value=true 5 times"},
		{"logged although off", start.InternalLogged, works, nil, false, harness.Refuted, "value=true 5 times"},
		{"off and silent", start.InternalLogged, bootOf(*works, start.Components{Off: 5}), nil, false, harness.Confirmed, ""},
		{"on and silent", start.InternalLogged, bootOf(*works, start.Components{}), nil, true, harness.Refuted, ""},
		{"one component off", start.InternalLogged, bootOf(*works, start.Components{On: 4, Off: 1}), nil, true, harness.Refuted, ""},
		{"not ready and silent", start.InternalLogged, bootOf(start.Facts{}, start.Components{}), nil, true, harness.Inconclusive, ""},
		{"ended before it logged", start.InternalLogged, endedOne, nil, true, harness.Inconclusive, ""},

		{"stuck, with the reason", start.Unready, stuckOne(500, internalTrouble), works, true, harness.Confirmed, internalTrouble},
		{"ended, with the reason", start.Unready, endedOne, works, true, harness.Confirmed, internalTrouble},
		{"stuck, with another reason", start.Unready, stuckOne(500, "no etcd"), works, true, harness.Refuted, "nothing in its log"},
		{"stuck without a word", start.Unready, bareOne, works, true, harness.Refuted, "nothing in its log"},
		{"stuck, and so is the repaired one", start.Unready, stuckOne(500, internalTrouble), bareOne, true, harness.Inconclusive, "did not become ready"},
		{"stuck without a control", start.Unready, stuckOne(500, internalTrouble), nil, true, harness.Inconclusive, "no control"},
		{"it works all the same", start.Unready, works, works, true, harness.Refuted, "started and serves"},

		{"health says so", start.UnreadyShown, stuckOne(500, internalTrouble), works, true, harness.Confirmed, "status 500"},
		{"health does not answer", start.UnreadyShown, stuckOne(0, internalTrouble), works, true, harness.Confirmed, "does not answer"},
		{"health says it is well", start.UnreadyShown, stuckOne(200, internalTrouble), works, true, harness.Refuted, "status 200"},
		{"health of a good one is no better", start.UnreadyShown, stuckOne(500, internalTrouble), stuckOne(500, internalTrouble), true, harness.Inconclusive, ""},
		{"slow, not stuck", start.UnreadyShown, stuckOne(200, ""), works, true, harness.Inconclusive, "never will be ready"},
		{"it became ready", start.UnreadyShown, works, works, true, harness.Inconclusive, ""},
		{"it ended", start.UnreadyShown, endedOne, works, true, harness.Confirmed, "status 134"},

		{"closed", start.FailedClosed, stuckOne(500, internalTrouble), works, true, harness.Confirmed, "its datanode does not answer"},
		{"open", start.FailedClosed, bootOf(start.Facts{}, start.Components{Ports: ports(harness.Served, harness.RefusedTLS)}), works, true, harness.Refuted, "its datanode answers in plaintext"},
		{"another component is open", start.FailedClosed, bootOf(start.Facts{}, start.Components{Ports: append(ports(harness.Served, harness.RefusedTLS)[:2], closedPorts[2:]...)}), works, true, harness.Confirmed, "datanode"},
		{"open, without a control", start.FailedClosed, bootOf(start.Facts{}, start.Components{Ports: ports(harness.Served, harness.RefusedTLS)}), nil, true, harness.Refuted, ""},
		{"nothing listens", start.FailedClosed, bootOf(start.Facts{}, start.Components{Ports: ports(harness.NothingListens, harness.NothingListens)}), works, true, harness.Confirmed, ""},
		{"left without an answer", start.FailedClosed, bootOf(start.Facts{}, start.Components{Ports: ports(harness.TimedOut, harness.TimedOut)}), works, true, harness.Inconclusive, ""},
		{"left without an answer, and others are not", start.FailedClosed, bootOf(start.Facts{}, start.Components{Ports: append(ports(harness.Served, harness.RefusedTLS)[:4], ports(harness.TimedOut, harness.TimedOut)[4:]...)}), works, true, harness.Confirmed, "its datanode answers no client"},
		{"without an answer in plaintext alone", start.FailedClosed, bootOf(start.Facts{}, start.Components{Ports: append(ports(harness.Served, harness.RefusedTLS)[:4], ports(harness.TimedOut, harness.Served)[4:]...)}), works, true, harness.Inconclusive, "without an answer"},
		{"without an answer, where nothing else listens", start.FailedClosed, bootOf(start.Facts{}, start.Components{Ports: append(ports(harness.NothingListens, harness.NothingListens)[:4], ports(harness.TimedOut, harness.TimedOut)[4:]...)}), works, true, harness.Inconclusive, "without an answer"},
		{"nor TLS where nothing is wrong", start.FailedClosed, stuckOne(500, internalTrouble),
			bootOf(start.Facts{Ready: true}, start.Components{Ports: ports(harness.NothingListens, harness.NothingListens)}), true, harness.Inconclusive, "does not answer over TLS"},
		{"no port was asked", start.FailedClosed, bootOf(start.Facts{}, start.Components{}), works, true, harness.Inconclusive, ""},
		{"ended", start.FailedClosed, endedOne, works, true, harness.Confirmed, "status 134"},

		{"works", start.Operable, works, nil, true, harness.Confirmed, "created, listed"},
		{"says why not", start.Operable, stuckOne(500, internalTrouble), works, true, harness.Confirmed, internalTrouble},
		{"ends and says why", start.Operable, endedOne, works, true, harness.Confirmed, internalTrouble},
		{"says nothing", start.Operable, bareOne, works, true, harness.Refuted, "nothing in its log"},
		{"ready, and hangs", start.Operable, hung, works, true, harness.Refuted, "create collection"},
		{"ready, and hangs as the repaired one does", start.Operable, hung, hung, true, harness.Inconclusive, ""},
		{"ready, and hangs, without a control", start.Operable, hung, nil, true, harness.Inconclusive, ""},
		{"nobody looked", start.Operable, &start.Facts{Ready: true}, works, true, harness.Inconclusive, ""},
	} {
		got := checks.Judge(start.Check{Port: harness.InternalDataNode}, tt.want, checks.Evidence{Saw: tt.saw, Control: tt.control, Internal: tt.on, Names: []string{"x509"}})
		if got.Verdict != tt.verdict || !strings.Contains(got.Reason, tt.says) {
			t.Errorf("%s: %v: %s", tt.name, got.Verdict, got.Reason)
		}
	}
}

func TestJudgeNotAsked(t *testing.T) {
	served := connection.Observation{Answer: connection.AnswerData, ServerCert: "p", HandshakeDone: true}
	asked := served
	asked.CertRequested = true
	refused := connection.Observation{End: connection.EndAlert, Alert: &connection.Alert{Code: connection.AlertCertificateRequired}, CertRequested: true, ServerCert: "p", HandshakeDone: true}
	for _, tt := range []struct {
		name    string
		saw     connection.Observation
		verdict harness.Verdict
	}{
		{"served", served, harness.Confirmed},
		{"served, and asked", asked, harness.Refuted},
		{"refused", refused, harness.Refuted},
		{"timed out", connection.Observation{End: connection.EndTimeout}, harness.Inconclusive},
	} {
		if got := checks.Judge(harness.Attempt{}, harness.ServedNoCertRequest, checks.Evidence{Saw: &tt.saw, ConfiguredCert: "p"}); got.Verdict != tt.verdict {
			t.Errorf("%s: %v: %s", tt.name, got.Verdict, got.Reason)
		}
	}
	if got := checks.Judge(harness.Attempt{}, harness.ServedNoCertRequest, checks.Evidence{Saw: &served, ConfiguredCert: "q"}); got.Verdict != harness.Refuted {
		t.Errorf("another certificate: %v", got.Verdict)
	}
}

func TestJudgeLockedOut(t *testing.T) {
	by := func(o harness.Outcome) *start.Facts {
		return &start.Facts{Ready: true, Survey: []start.SurveyEntry{
			{Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportTLS, Outcome: harness.Served}, {Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportTLS, Outcome: o, Identity: harness.ShippedCA},
		}}
	}
	served := &connection.Observation{Answer: connection.AnswerData}
	for _, tt := range []struct {
		name    string
		saw     harness.Facts
		control harness.Facts
		verdict harness.Verdict
	}{
		{"served", by(harness.Served), nil, harness.Refuted},
		{"refused", by(harness.RefusedCertificate), nil, harness.Confirmed},
		{"cut off", by(harness.ClosedWithoutAlert), nil, harness.Inconclusive},
		{"nobody tried", &start.Facts{Ready: true, Survey: []start.SurveyEntry{{Port: harness.GRPC, Outcome: harness.Served}}}, nil, harness.Inconclusive},
		{"never ready", &start.Facts{}, nil, harness.Inconclusive},
		{"ended", endedOne, served, harness.Confirmed},
		{"ended, and so does the repaired one", endedOne, &connection.Observation{End: connection.EndDialRefused}, harness.Inconclusive},
	} {
		if got := checks.Judge(start.Check{}, start.LockedOut, checks.Evidence{Saw: tt.saw, Control: tt.control}); got.Verdict != tt.verdict {
			t.Errorf("%s: %v: %s", tt.name, got.Verdict, got.Reason)
		}
	}
}
