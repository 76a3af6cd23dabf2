package compare_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/compare"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/plan"

	_ "milvus-tls-e2e/harness/probe"
)

// declares the clients

var (
	madeIt  = connection.Observation{Answer: connection.AnswerData}
	refused = connection.Observation{End: connection.EndUnclear, SelfReportOnly: true}
)

func view(via harness.Client, o connection.Observation) compare.ClientResult {
	return compare.ClientResult{ClientVersion: harness.ClientVersion{Client: via}, Outcome: o.Outcome(), Facts: &o, HasCert: true}
}

func TestJudgeCompareClients(t *testing.T) {
	t.Parallel()
	shared := madeIt
	shared.ReusedConn = true
	unsent := refused
	unsent.Log = "ServerHandshake failed: tls: client didn't provide a certificate"
	plain := refused
	plain.FirstProtocol = harness.TransportPlain
	late := refused
	late.Connected = true
	slow := connection.Observation{End: connection.EndTimeout}
	byName := view(harness.Curl, madeIt)
	byName.NoSAN = true
	tests := []struct {
		name    string
		views   []compare.ClientResult
		control connection.Observation
		want    harness.Verdict
		says    string
	}{
		{"all served", []compare.ClientResult{view(harness.Raw, madeIt), view(harness.Node, madeIt)}, refused, harness.Confirmed, "served: raw, node"},
		{"nobody served", []compare.ClientResult{view(harness.Raw, refused), view(harness.Node, refused)}, madeIt, harness.Confirmed, "the control was served"},
		{"nobody is ever served", []compare.ClientResult{view(harness.Raw, refused), view(harness.Node, refused)}, refused, harness.Inconclusive, "control"},
		{"one was not", []compare.ClientResult{view(harness.Raw, madeIt), view(harness.Java, refused)}, madeIt, harness.Refuted, "served: raw; java was not served"},
		{"one over another's connection", []compare.ClientResult{view(harness.Raw, refused), view(harness.Pymilvus, shared)}, madeIt, harness.Refuted, "no connection of its own"},
		{"one sent no certificate", []compare.ClientResult{view(harness.Raw, madeIt), view(harness.Pymilvus, unsent)}, madeIt, harness.Refuted, "sent none"},
		{"one spoke plaintext", []compare.ClientResult{view(harness.Raw, madeIt), view(harness.Pymilvus, plain)}, madeIt, harness.Refuted, "spoke plaintext"},
		{"one went by the CommonName", []compare.ClientResult{byName, view(harness.Go, refused)}, madeIt, harness.Refuted, "curl took the CommonName"},
		{"one failed later", []compare.ClientResult{view(harness.Raw, madeIt), view(harness.Go, late)}, madeIt, harness.Refuted, "after it had said that it was connected"},
		{"one was never answered", []compare.ClientResult{view(harness.Raw, madeIt), view(harness.Node, slow)}, madeIt, harness.Inconclusive, "node was left without an answer"},
		{"one saw nothing", []compare.ClientResult{view(harness.Raw, madeIt), {ClientVersion: harness.ClientVersion{Client: harness.Java}, Err: "it hangs"}}, madeIt, harness.Inconclusive, "it hangs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := checks.Judge(compare.Clients{}, compare.Agreed, checks.Evidence{Saw: &compare.Facts{Views: tt.views}, Control: &tt.control})
			if got.Verdict != tt.want || !strings.Contains(got.Reason, tt.says) {
				t.Errorf("%v: %s; want %v and %q", got.Verdict, got.Reason, tt.want, tt.says)
			}
		})
	}
}

func TestTheClientsThatDifferAreNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		views []compare.ClientResult
		want  *harness.Differ
	}{
		{[]compare.ClientResult{view(harness.Raw, madeIt), view(harness.Go, madeIt), view(harness.Java, refused)}, &harness.Differ{How: "not served", Clients: []string{"java"}}},
		{[]compare.ClientResult{view(harness.Raw, refused), view(harness.Go, refused), view(harness.Java, madeIt)}, &harness.Differ{How: "served", Clients: []string{"java"}}},
		{[]compare.ClientResult{view(harness.Raw, madeIt), view(harness.Java, refused)}, &harness.Differ{How: "not served", Clients: []string{"java"}}},
		{[]compare.ClientResult{view(harness.Raw, madeIt), view(harness.Java, madeIt)}, nil},
	} {
		var e harness.Evidenced
		(&compare.Facts{Views: tt.views}).Record(&e)
		if !reflect.DeepEqual(e.Differ, tt.want) {
			t.Errorf("got %v, want %v", e.Differ, tt.want)
		}
	}
}

func TestWhoTakesPart(t *testing.T) {
	t.Parallel()
	all := harness.Features{harness.RESTAlone: true}.With(harness.NeedsOfAllClients()...)
	every, here := 0, []harness.ClientVersion{} // and those of gRPC that need nothing
	for _, c := range harness.Clients {
		every += len(c.Releases())
		if c.Needs() == "" && c.DefaultPort() != harness.HTTP {
			here = append(here, harness.ClientVersion{Client: c})
		}
	}
	if got := (compare.Clients{}).ClientVersions(harness.Clients, all); len(got) != every || every < 4+6 {
		t.Errorf("of all %d there are, %v take part", every, got)
	}
	one := harness.ClientVersion{Client: harness.Node, Release: "2.4"} // of two releases
	got := (compare.Clients{}).ClientVersions(harness.Clients, harness.Features{}.With(one.Needs()...))
	if want := append(here, one); len(here) < 2 || len(got) != len(want) || slices.ContainsFunc(want, func(v harness.ClientVersion) bool { return !slices.Contains(got, v) }) {
		t.Errorf("%v take part, want %v", got, want)
	}
}

// A client that has no such form makes the attempt that other cases make too.
func TestFormsAreForThoseWhoTakeThem(t *testing.T) {
	t.Parallel()
	p := compare.Clients{Attempt: harness.Attempt{Identity: harness.Good, ClientConfig: harness.ConfigBothFiles}}
	for via, want := range map[harness.Client]harness.ClientConfig{harness.Raw: "", harness.Go: "", harness.Node: "", harness.Pymilvus: harness.ConfigBothFiles, harness.Java: harness.ConfigBothFiles} {
		if got := p.By(harness.ClientVersion{Client: via}); got.ClientConfig != want || got.Port != harness.GRPC {
			t.Errorf("%s is called as %q at %s", via, got.ClientConfig, got.Port)
		}
	}
	if got := p.By(harness.ClientVersion{Client: harness.Curl}).Port; got != harness.HTTP {
		t.Errorf("curl connects to %s", got)
	}
}

func TestOneClientIsNoComparison(t *testing.T) {
	t.Parallel()
	claim := harness.Claim{ID: "c", Cases: []harness.Case{{Name: "n", Want: compare.Agreed, Check: compare.Clients{}}}}
	topology := harness.Topology{Name: "mode-0"}
	for _, tt := range []struct {
		clients []harness.Client
		judged  bool
	}{{[]harness.Client{harness.Raw}, false}, {[]harness.Client{harness.Raw, harness.Go}, true}} {
		made, err := plan.New(plan.Inputs{Servers: []harness.Server{{Version: "1.0.0", Claims: []string{"c"}}}, Topologies: []string{"mode-0"}, Clients: tt.clients},
			[]harness.Claim{claim}, []harness.Topology{topology})
		if err != nil {
			t.Fatal(err)
		}
		if !made.Cases[0].Partial {
			t.Errorf("%v are not all clients", tt.clients)
		}
		if p := made.Cases[0]; (p.Reason == "") != tt.judged || len(p.ClientVersions) != len(tt.clients) {
			t.Errorf("%v: %q, %v take part", tt.clients, p.Reason, p.ClientVersions)
		}
	}
}
