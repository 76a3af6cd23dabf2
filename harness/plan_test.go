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
			{Name: "raw", Want: Served, Look: Attempt{Via: Raw, At: GRPC}},
			{Name: "curl", Want: Served, Look: Attempt{Via: Curl, At: HTTP}},
			{Name: "mutual", Want: Served, Needs: []Feature{Mode2}, Look: Attempt{Via: Go, At: GRPC}},
		}},
		{ID: "b", Since: ">=2.3", Needs: []Feature{Mode2}, Cases: []Case{{Name: "raw", Want: Served, Look: Attempt{Via: Raw, At: GRPC}}}},
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
		if got := p.Idle(); got != why {
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
	fit := func(a Attempt) Attempt { return a.fit(mutualTopology) }
	good := fit(Attempt{Via: Raw, At: GRPC})
	tests := []struct {
		name string
		a    Attempt
		want Attempt
		need bool
	}{
		{"nobody", Attempt{Via: Raw, At: GRPC, As: Nobody}, good, true},
		{"plaintext", Attempt{Via: Raw, At: GRPC, Over: WirePlain}, good, true},
		{"an old version", Attempt{Via: Raw, At: GRPC, Only: "1.0"}, good, true},
		{"another name", Attempt{Via: Raw, At: GRPC, Name: "x"}, good, true},
		{"another trust", Attempt{Via: Raw, At: GRPC, Trusting: TrustOther}, good, true},
		{"no defect, raw", Attempt{Via: Raw, At: GRPC}, Attempt{}, false},
		{"no defect, go", Attempt{Via: Go, At: GRPC}, good, true},
		{"data asked for", Attempt{Via: Go, At: GRPC, Ask: AskData}, good, true},
		{"REST at REST", Attempt{Via: REST, At: HTTP, As: Nobody}, fit(Attempt{Via: REST, At: HTTP}), true},
		{"management", Attempt{Via: Curl, At: Management}, fit(Attempt{Via: Curl, At: Management, Ask: AskVersion}), true},
	}
	for _, tt := range tests {
		got, need := tt.a.Control(mutualTopology)
		if got != tt.want || need != tt.need {
			t.Errorf("%s: control %+v, %v; want %+v, %v", tt.name, got, need, tt.want, tt.need)
		}
	}
	off := Topology{Name: "x", Mode: 1, REST: NoREST}
	if got, _ := (Attempt{Via: REST, At: HTTP}).Control(off); got != (Attempt{Via: Raw, At: GRPC}).fit(off) {
		t.Errorf("where REST is off, the control is %v and not gRPC", got)
	}
}

func TestFitFollowsTheTopology(t *testing.T) {
	a := Attempt{Via: Raw, At: GRPC}.fit(Topology{Mode: 2, Users: true})
	if a.As != Good || a.Over != WireTLS || a.Login != LoginRoot || a.Name != RightName || a.Trusting != TrustCA {
		t.Errorf("mode 2 with users: %+v", a)
	}
	a = Attempt{Via: Raw, At: GRPC}.fit(Topology{Mode: 1})
	if a.As != Nobody || a.Over != WireTLS || a.Login != LoginNone {
		t.Errorf("mode 1: %+v", a)
	}
	a = Attempt{Via: REST, At: Management}.fit(Topology{Mode: 2})
	if a.As != Nobody || a.Over != WirePlain {
		t.Errorf("management of mode 2: %+v", a)
	}
}
