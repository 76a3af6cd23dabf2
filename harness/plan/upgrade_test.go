package plan

import (
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// A run that upgrades nothing does not even plan what is about upgrades, and
// one that does asks the new release alone.
func TestUpgradesArePlannedInUpgradesAlone(t *testing.T) {
	claims := []harness.Claim{{ID: "c", Needs: []harness.Feature{harness.Upgraded}, Cases: []harness.Case{
		{Name: "rows", Want: upgrade.Kept, Check: upgrade.Check{Aspect: upgrade.AspectRows}},
		{Name: "way back", Want: upgrade.Kept, Needs: []harness.Feature{harness.Downgraded}, Check: upgrade.Check{Aspect: upgrade.AspectReturn}},
	}}}
	in := Inputs{
		Servers: []harness.Server{{Version: "1.0.0", Claims: []string{"c"}}, {Version: "2.0.0", Claims: []string{"c"}}},
		Clients: harness.Clients, Topologies: []string{"mode-0"},
	}
	planned := func(u *Upgrade) (asked string) {
		in.Upgrade = u
		made, err := New(in, claims, []harness.Topology{{Name: "mode-0"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range made.Cases {
			asked += p.ID()
			if p.Reason != "" {
				asked += " not"
			}
			asked += "; "
		}
		return asked
	}
	for want, u := range map[string]*Upgrade{
		"": nil,
		"1.0.0 mode-0 c: * not; 2.0.0 mode-0 c: rows; 2.0.0 mode-0 c: way back not; ": {From: "1.0.0", To: "2.0.0"},
		"1.0.0 mode-0 c: rows; 1.0.0 mode-0 c: way back; 2.0.0 mode-0 c: * not; ":     {From: "2.0.0", To: "1.0.0", Down: true},
	} {
		if got := planned(u); got != want {
			t.Errorf("%+v: %q, want %q", u, got, want)
		}
	}
}

// What is claimed of a step depends on what the documentation says of it.
func TestWhatAStepOffers(t *testing.T) {
	for _, tt := range []struct {
		u    Upgrade
		want []harness.Feature
	}{
		{Upgrade{To: "2"}, []harness.Feature{harness.Upgraded, harness.StepDocumented}},
		{Upgrade{To: "2", Skipped: []string{"1.5"}}, []harness.Feature{harness.Upgraded, harness.StepSkipped}},
		{Upgrade{To: "2", Returns: true}, []harness.Feature{harness.Upgraded, harness.StepDocumented, harness.Returnable}},
		{Upgrade{To: "2", Down: true}, []harness.Feature{harness.Upgraded, harness.StepDocumented, harness.Downgraded}},
		{Upgrade{To: "2", Down: true, Returns: true}, []harness.Feature{harness.Upgraded, harness.StepDocumented, harness.Downgraded, harness.RolledBack}},
	} {
		if got := tt.u.Features("2"); !slices.Equal(got, tt.want) {
			t.Errorf("%+v offers %v, want %v", tt.u, got, tt.want)
		}
		if got := tt.u.Features("1"); got != nil {
			t.Errorf("%+v offers %v of the other release", tt.u, got)
		}
	}
}
