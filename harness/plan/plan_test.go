package plan

import (
	"reflect"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/features"
)

var (
	plainTopology  = harness.Topology{Name: "mode-0"}
	mutualTopology = harness.Topology{Name: "mode-2", Mode: 2}
)

func inputs() Inputs {
	return Inputs{
		Servers:    []harness.Server{{Version: "2.3.5", Claims: []string{"a", "b"}}, {Version: "2.2.16", Claims: []string{"a"}}},
		Topologies: []string{"mode-0", "mode-2"},
		Clients:    []harness.Client{harness.Raw, harness.Go},
	}
}

func claimsForPlan() []harness.Claim {
	return []harness.Claim{
		{ID: "a", Cases: []harness.Case{
			{Name: "raw", Want: harness.Served, Check: harness.Attempt{Client: harness.Raw, Port: harness.GRPC}},
			{Name: "curl", Want: harness.Served, Check: harness.Attempt{Client: harness.Curl, Port: harness.HTTP}},
			{Name: "mutual", Want: harness.Served, Needs: []harness.Feature{harness.Mode2}, Check: harness.Attempt{Client: harness.Go, Port: harness.GRPC}},
		}},
		{ID: "b", Since: ">=2.3", Needs: []harness.Feature{harness.Mode2}, Cases: []harness.Case{{Name: "raw", Want: harness.Served, Check: harness.Attempt{Client: harness.Raw, Port: harness.GRPC}}}},
	}
}

func TestPlanLeavesNothingOutSilently(t *testing.T) {
	made, err := New(inputs(), claimsForPlan(), []harness.Topology{plainTopology, mutualTopology})
	if err != nil {
		t.Fatal(err)
	}
	why := map[string]string{}
	for _, p := range made.Cases {
		if _, twice := why[p.ID()]; twice {
			t.Errorf("%s is planned twice", p.ID())
		}
		why[p.ID()] = p.Reason
	}
	want := map[string]string{
		"2.3.5 mode-0 a: raw": "", "2.3.5 mode-0 a: curl": "the client curl was left out of this run",
		"2.3.5 mode-0 a: mutual": features.Lacks(harness.Mode2), "2.3.5 mode-0 b: *": features.Lacks(harness.Mode2),
		"2.3.5 mode-2 a: raw": "", "2.3.5 mode-2 a: curl": "the client curl was left out of this run",
		"2.3.5 mode-2 a: mutual": "", "2.3.5 mode-2 b: raw": "",
		"2.2.16 mode-0 a: raw": "", "2.2.16 mode-0 a: curl": "the client curl was left out of this run",
		"2.2.16 mode-0 a: mutual": features.Lacks(harness.Mode2), "2.2.16 mode-0 b: *": "made for releases >=2.3",
		"2.2.16 mode-2 a: raw": "", "2.2.16 mode-2 a: curl": "the client curl was left out of this run",
		"2.2.16 mode-2 a: mutual": "", "2.2.16 mode-2 b: *": "made for releases >=2.3",
	}
	if !reflect.DeepEqual(why, want) {
		t.Errorf("planned\n%v\nwant\n%v", why, want)
	}
	again, err := New(inputs(), claimsForPlan(), []harness.Topology{plainTopology, mutualTopology})
	if err != nil || !reflect.DeepEqual(made, again) {
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
	if _, err := New(inputs(), claimsForPlan(), []harness.Topology{plainTopology}); err == nil {
		t.Error("mode-2 was planned although nobody knows it")
	}
}

// A first look leaves out what needs a server of its own, and says so.
func TestQuickStartsTheTopologiesServersAlone(t *testing.T) {
	in := inputs()
	in.Quick = true
	own := harness.Attempt{Client: harness.Raw, Port: harness.GRPC}
	made, err := New(in, []harness.Claim{{ID: "a", Cases: []harness.Case{
		{Name: "own", Want: harness.Served, Check: own},
		{Name: "further", Want: harness.Served, Check: startsAnother{own}},
	}}}, []harness.Topology{plainTopology, mutualTopology})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range made.Cases {
		if out := p.Reason != ""; out != (p.Case == "further") || out && !strings.Contains(p.Reason, "QUICK=1") {
			t.Errorf("%s: %q", p.ID(), p.Reason)
		}
	}
}

// startsAnother is an attempt at a server that is started for it.
type startsAnother struct{ harness.Attempt }

func (s startsAnother) Resolve(harness.Topology) harness.Check { return s }
func (startsAnother) Traits(harness.Topology) harness.Traits   { return harness.Traits{Servers: 1} }
