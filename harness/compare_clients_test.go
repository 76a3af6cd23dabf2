package harness

import (
	"slices"
	"strings"
	"testing"
)

var (
	madeIt  = Observation{Answer: AnswerData}
	refused = Observation{End: EndUnclear, SelfReportOnly: true}
)

func view(via Client, o Observation) ClientResult {
	return ClientResult{ClientVersion: ClientVersion{Client: via}, Outcome: o.Outcome(), Facts: &o, HasCert: true}
}

func TestJudgeCompareClients(t *testing.T) {
	t.Parallel()
	shared := madeIt
	shared.ReusedConn = true
	unsent := refused
	unsent.Log = "ServerHandshake failed: tls: client didn't provide a certificate"
	plain := refused
	plain.FirstProtocol = TransportPlain
	late := refused
	late.Connected = true
	slow := Observation{End: EndTimeout}
	byName := view(Curl, madeIt)
	byName.NoSAN = true
	tests := []struct {
		name    string
		views   []ClientResult
		control Observation
		want    Verdict
		says    string
	}{
		{"all served", []ClientResult{view(Raw, madeIt), view(Node, madeIt)}, refused, Confirmed, "served: raw, node"},
		{"nobody served", []ClientResult{view(Raw, refused), view(Node, refused)}, madeIt, Confirmed, "the control was served"},
		{"nobody is ever served", []ClientResult{view(Raw, refused), view(Node, refused)}, refused, Inconclusive, "control"},
		{"one was not", []ClientResult{view(Raw, madeIt), view(Java, refused)}, madeIt, Refuted, "served: raw; java was not served"},
		{"one over another's connection", []ClientResult{view(Raw, refused), view(Pymilvus, shared)}, madeIt, Refuted, "no connection of its own"},
		{"one sent no certificate", []ClientResult{view(Raw, madeIt), view(Pymilvus, unsent)}, madeIt, Refuted, "sent none"},
		{"one spoke plaintext", []ClientResult{view(Raw, madeIt), view(Pymilvus, plain)}, madeIt, Refuted, "spoke plaintext"},
		{"one went by the CommonName", []ClientResult{byName, view(Go, refused)}, madeIt, Refuted, "curl took the CommonName"},
		{"one failed later", []ClientResult{view(Raw, madeIt), view(Go, late)}, madeIt, Refuted, "after it had said that it was connected"},
		{"one was never answered", []ClientResult{view(Raw, madeIt), view(Node, slow)}, madeIt, Inconclusive, "node was left without an answer"},
		{"one saw nothing", []ClientResult{view(Raw, madeIt), {ClientVersion: ClientVersion{Client: Java}, Err: "it hangs"}}, madeIt, Inconclusive, "it hangs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Judge(CompareClients{}, Agreed, Evidence{Saw: &Compared{Views: tt.views}, Control: &tt.control})
			if got.Verdict != tt.want || !strings.Contains(got.Reason, tt.says) {
				t.Errorf("%v: %s; want %v and %q", got.Verdict, got.Reason, tt.want, tt.says)
			}
		})
	}
}

func TestWhoTakesPart(t *testing.T) {
	t.Parallel()
	all := Features{RESTAlone: true}.With(everyClient()...)
	if got := (CompareClients{}).ClientVersions(Clients, all); len(got) != 4+len(SDKs()) || len(SDKs()) != 6 {
		t.Errorf("of all there are, %v take part", got)
	}
	one := ClientVersion{Node, "2.4"} // of two releases
	got := (CompareClients{}).ClientVersions(Clients, Features{}.With(one.Needs()...))
	if want := []ClientVersion{{Client: Raw}, {Client: Go}, one}; !slices.Equal(got, want) {
		t.Errorf("%v take part, want %v", got, want)
	}
}

// A client that has no such form makes the attempt that other cases make too.
func TestFormsAreForThoseWhoTakeThem(t *testing.T) {
	t.Parallel()
	p := CompareClients{Attempt: Attempt{Identity: Good, ClientConfig: ConfigBothFiles}}
	for via, want := range map[Client]ClientConfig{Raw: "", Go: "", Node: "", Pymilvus: ConfigBothFiles, Java: ConfigBothFiles} {
		if got := p.By(ClientVersion{Client: via}); got.ClientConfig != want || got.Port != GRPC {
			t.Errorf("%s is called as %q at %s", via, got.ClientConfig, got.Port)
		}
	}
	if got := p.By(ClientVersion{Client: Curl}).Port; got != HTTP {
		t.Errorf("curl connects to %s", got)
	}
}

func TestOneClientIsNoComparison(t *testing.T) {
	t.Parallel()
	claim := Claim{ID: "c", Cases: []Case{{Name: "n", Want: Agreed, Check: CompareClients{}}}}
	topology := Topology{Name: "mode-0"}
	for _, tt := range []struct {
		clients []Client
		judged  bool
	}{{[]Client{Raw}, false}, {[]Client{Raw, Go}, true}} {
		plan, err := NewPlan(Inputs{Servers: []Server{{Version: "1.0.0", Claims: []string{"c"}}}, Topologies: []string{"mode-0"}, Clients: tt.clients},
			[]Claim{claim}, []Topology{topology})
		if err != nil {
			t.Fatal(err)
		}
		if !plan.Cases[0].Partial {
			t.Errorf("%v are not all clients", tt.clients)
		}
		if p := plan.Cases[0]; (p.Reason == "") != tt.judged || len(p.ClientVersions) != len(tt.clients) {
			t.Errorf("%v: %q, %v take part", tt.clients, p.Reason, p.ClientVersions)
		}
	}
}
