package harness

import (
	"reflect"
	"testing"
)

var (
	plainTopology  = Topology{Name: "mode-0"}
	mutualTopology = Topology{Name: "mode-2", Mode: 2}
)

func inputs() Inputs {
	return Inputs{
		Servers:    []Server{{Version: "2.3.5", Claims: []string{"a", "b"}}, {Version: "2.2.16", Claims: []string{"a"}}},
		Topologies: []string{"mode-0", "mode-2"},
		Clients:    []Client{Raw, Go},
	}
}

func claimsForPlan() []Claim {
	return []Claim{
		{ID: "a", Cases: []Case{
			{Name: "raw", Want: Served, Check: Attempt{Client: Raw, Port: GRPC}},
			{Name: "curl", Want: Served, Check: Attempt{Client: Curl, Port: HTTP}},
			{Name: "mutual", Want: Served, Needs: []Feature{Mode2}, Check: Attempt{Client: Go, Port: GRPC}},
		}},
		{ID: "b", Since: ">=2.3", Needs: []Feature{Mode2}, Cases: []Case{{Name: "raw", Want: Served, Check: Attempt{Client: Raw, Port: GRPC}}}},
	}
}

func TestPlanLeavesNothingOutSilently(t *testing.T) {
	plan, err := NewPlan(inputs(), claimsForPlan(), []Topology{plainTopology, mutualTopology})
	if err != nil {
		t.Fatal(err)
	}
	why := map[string]string{}
	for _, p := range plan.Cases {
		if _, twice := why[p.ID()]; twice {
			t.Errorf("%s is planned twice", p.ID())
		}
		why[p.ID()] = p.Reason
	}
	want := map[string]string{
		"2.3.5 mode-0 a: raw": "", "2.3.5 mode-0 a: curl": "the client curl was left out of this run",
		"2.3.5 mode-0 a: mutual": Mode2.Lacks(), "2.3.5 mode-0 b: *": Mode2.Lacks(),
		"2.3.5 mode-2 a: raw": "", "2.3.5 mode-2 a: curl": "the client curl was left out of this run",
		"2.3.5 mode-2 a: mutual": "", "2.3.5 mode-2 b: raw": "",
		"2.2.16 mode-0 a: raw": "", "2.2.16 mode-0 a: curl": "the client curl was left out of this run",
		"2.2.16 mode-0 a: mutual": Mode2.Lacks(), "2.2.16 mode-0 b: *": "made for releases >=2.3",
		"2.2.16 mode-2 a: raw": "", "2.2.16 mode-2 a: curl": "the client curl was left out of this run",
		"2.2.16 mode-2 a: mutual": "", "2.2.16 mode-2 b: *": "made for releases >=2.3",
	}
	if !reflect.DeepEqual(why, want) {
		t.Errorf("planned\n%v\nwant\n%v", why, want)
	}
	again, err := NewPlan(inputs(), claimsForPlan(), []Topology{plainTopology, mutualTopology})
	if err != nil || !reflect.DeepEqual(plan, again) {
		t.Errorf("the same inputs gave another plan (%v)", err)
	}
}

func TestPlanOfNothingSaysWhy(t *testing.T) {
	for why, reasons := range map[string][]string{
		"": {"a", "", "a"}, "b": {"a", "b", "b"}, "a": {"a"},
	} {
		var p Plan
		for _, r := range reasons {
			p.Cases = append(p.Cases, Planned{Reason: r})
		}
		if got := p.WhyNothingRuns(); got != why {
			t.Errorf("%q: %q", reasons, got)
		}
	}
}

func TestPlanRefusesAnUnknownTopology(t *testing.T) {
	if _, err := NewPlan(inputs(), claimsForPlan(), []Topology{plainTopology}); err == nil {
		t.Error("mode-2 was planned although nobody knows it")
	}
}

func TestEveryFeatureSaysWhatIsLacking(t *testing.T) {
	for f, why := range lacking {
		if why == "" || f.Lacks() != why {
			t.Errorf("%s: %q", f, f.Lacks())
		}
	}
}

// A control repairs what deviates and nothing else.
func TestControl(t *testing.T) {
	resolve := func(a Attempt) Attempt { return a.resolve(mutualTopology) }
	good := resolve(Attempt{Client: Raw, Port: GRPC})
	tests := []struct {
		name string
		a    Attempt
		want Attempt
		need bool
	}{
		{"nobody", Attempt{Client: Raw, Port: GRPC, Identity: Nobody}, good, true},
		{"plaintext", Attempt{Client: Raw, Port: GRPC, Transport: TransportPlain}, good, true},
		{"an old version", Attempt{Client: Raw, Port: GRPC, TLSVersion: "1.0"}, good, true},
		{"another name", Attempt{Client: Raw, Port: GRPC, Name: "x"}, good, true},
		{"another trust", Attempt{Client: Raw, Port: GRPC, TrustStore: TrustOther}, good, true},
		{"no defect, raw", Attempt{Client: Raw, Port: GRPC}, Attempt{}, false},
		{"no defect, go", Attempt{Client: Go, Port: GRPC}, good, true},
		{"data asked for", Attempt{Client: Go, Port: GRPC, Request: RequestData}, good, true},
		{"REST at REST", Attempt{Client: REST, Port: HTTP, Identity: Nobody}, resolve(Attempt{Client: REST, Port: HTTP}), true},
		{"management", Attempt{Client: Curl, Port: Management}, resolve(Attempt{Client: Curl, Port: Management, Request: RequestVersion}), true},
	}
	for _, tt := range tests {
		got, need := tt.a.Control(mutualTopology)
		if got != tt.want || need != tt.need {
			t.Errorf("%s: control %+v, %v; want %+v, %v", tt.name, got, need, tt.want, tt.need)
		}
	}
	off := Topology{Name: "x", Mode: 1, REST: NoREST}
	if got, _ := (Attempt{Client: REST, Port: HTTP}).Control(off); got != (Attempt{Client: Raw, Port: GRPC}).resolve(off) {
		t.Errorf("where REST is off, the control is %v and not gRPC", got)
	}
}

func TestResolveFollowsTheTopology(t *testing.T) {
	a := Attempt{Client: Raw, Port: GRPC}.resolve(Topology{Mode: 2, Users: true})
	if a.Identity != Good || a.Transport != TransportTLS || a.Login != LoginRoot || a.Name != RightName || a.TrustStore != TrustCA {
		t.Errorf("mode 2 with users: %+v", a)
	}
	a = Attempt{Client: Raw, Port: GRPC}.resolve(Topology{Mode: 1})
	if a.Identity != Nobody || a.Transport != TransportTLS || a.Login != LoginNone {
		t.Errorf("mode 1: %+v", a)
	}
	a = Attempt{Client: REST, Port: Management}.resolve(Topology{Mode: 2})
	if a.Identity != Nobody || a.Transport != TransportPlain {
		t.Errorf("management of mode 2: %+v", a)
	}
}
