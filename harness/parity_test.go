package harness

import (
	"slices"
	"strings"
	"testing"
)

var (
	madeIt  = Observation{Answer: AnswerData}
	refused = Observation{End: EndUnclear, Blind: true}
)

func view(via Client, o Observation) View {
	return View{Speaker: Speaker{Via: via}, Outcome: o.Outcome(), Facts: &o, Meant: true}
}

func TestJudgeParity(t *testing.T) {
	t.Parallel()
	shared := madeIt
	shared.Shared = true
	unsent := refused
	unsent.Log = "ServerHandshake failed: tls: client didn't provide a certificate"
	plain := refused
	plain.Spoke = WirePlain
	late := refused
	late.Connected = true
	slow := Observation{End: EndTimeout}
	byName := view(Curl, madeIt)
	byName.NoSAN = true
	tests := []struct {
		name    string
		views   []View
		control Observation
		want    Verdict
		says    string
	}{
		{"all served", []View{view(Raw, madeIt), view(Node, madeIt)}, refused, Confirmed, "served: raw, node"},
		{"nobody served", []View{view(Raw, refused), view(Node, refused)}, madeIt, Confirmed, "the control was served"},
		{"nobody is ever served", []View{view(Raw, refused), view(Node, refused)}, refused, Inconclusive, "control"},
		{"one was not", []View{view(Raw, madeIt), view(Java, refused)}, madeIt, Refuted, "served: raw; java was not served"},
		{"one over another's connection", []View{view(Raw, refused), view(Pymilvus, shared)}, madeIt, Refuted, "no connection of its own"},
		{"one sent no certificate", []View{view(Raw, madeIt), view(Pymilvus, unsent)}, madeIt, Refuted, "sent none"},
		{"one spoke plaintext", []View{view(Raw, madeIt), view(Pymilvus, plain)}, madeIt, Refuted, "spoke plaintext"},
		{"one went by the CommonName", []View{byName, view(Go, refused)}, madeIt, Refuted, "curl took the CommonName"},
		{"one failed later", []View{view(Raw, madeIt), view(Go, late)}, madeIt, Refuted, "after it had said that it was connected"},
		{"one was never answered", []View{view(Raw, madeIt), view(Node, slow)}, madeIt, Inconclusive, "node was left without an answer"},
		{"one saw nothing", []View{view(Raw, madeIt), {Speaker: Speaker{Via: Java}, Err: "it hangs"}}, madeIt, Inconclusive, "it hangs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Judge(Parity{}, Agreed, Evidence{Saw: &Compared{Views: tt.views}, Control: &tt.control})
			if got.Verdict != tt.want || !strings.Contains(got.Reason, tt.says) {
				t.Errorf("%v: %s; want %v and %q", got.Verdict, got.Reason, tt.want, tt.says)
			}
		})
	}
}

func TestWhoTakesPart(t *testing.T) {
	t.Parallel()
	all := Features{RESTAlone: true}.With(everyClient()...)
	if got := (Parity{}).Speakers(Clients, all); len(got) != 4+len(SDKs()) || len(SDKs()) != 6 {
		t.Errorf("of all there are, %v take part", got)
	}
	one := Speaker{Node, "2.4"} // of two releases
	got := (Parity{}).Speakers(Clients, Features{}.With(one.Needs()...))
	if want := []Speaker{{Via: Raw}, {Via: Go}, one}; !slices.Equal(got, want) {
		t.Errorf("%v take part, want %v", got, want)
	}
}

// A client that has no such form makes the attempt that other cases make too.
func TestFormsAreForThoseWhoTakeThem(t *testing.T) {
	t.Parallel()
	p := Parity{Attempt: Attempt{As: Good, Form: FormBothFiles}}
	for via, want := range map[Client]Form{Raw: "", Go: "", Node: "", Pymilvus: FormBothFiles, Java: FormBothFiles} {
		if got := p.By(Speaker{Via: via}); got.Form != want || got.At != GRPC {
			t.Errorf("%s is called as %q at %s", via, got.Form, got.At)
		}
	}
	if got := p.By(Speaker{Via: Curl}).At; got != HTTP {
		t.Errorf("curl connects to %s", got)
	}
}

func TestOneClientIsNoComparison(t *testing.T) {
	t.Parallel()
	claim := Claim{ID: "c", Cases: []Case{{Name: "n", Want: Agreed, Look: Parity{}}}}
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
		if p := plan.Cases[0]; (p.Reason == "") != tt.judged || len(p.Speakers) != len(tt.clients) {
			t.Errorf("%v: %q, %v take part", tt.clients, p.Reason, p.Speakers)
		}
	}
}
