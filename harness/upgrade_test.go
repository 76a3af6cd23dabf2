package harness

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestJudgeOfUpgrades(t *testing.T) {
	saw := func(u UpgradeFacts) Evidence { return Evidence{Saw: &u} }
	lost := UpgradeFacts{Compared: 3}
	for range MostDifferences + 2 {
		lost.Differ("row %d is gone", 1)
	}
	tests := []struct {
		name string
		want Outcome
		e    Evidence
		is   Verdict
		says string
	}{
		{"all as before", Kept, saw(UpgradeFacts{Compared: 3, Notes: []string{"a note"}}), Confirmed, "3 compared, all as before; a note"},
		{"a difference", Kept, saw(UpgradeFacts{Compared: 3, Differences: []string{"row 1 is gone"}}), Refuted, "of 3 compared: row 1 is gone"},
		{"many", Kept, saw(lost), Refuted, "and 2 more"},
		{"nothing compared", Kept, saw(UpgradeFacts{}), Inconclusive, "nothing was observed"},
		{"nothing seen", Kept, Evidence{Err: errors.New("no server")}, Inconclusive, "no server"},
		{"no outcome of a passage", Served, saw(UpgradeFacts{Compared: 3}), Inconclusive, "cannot come to served"},
	}
	for _, tt := range tests {
		if j := Judge(UpgradeCheck{}, tt.want, tt.e); j.Verdict != tt.is || !strings.Contains(j.Reason, tt.says) {
			t.Errorf("%s: %v, %s", tt.name, j.Verdict, j.Reason)
		}
	}
}

// A run that upgrades nothing does not even plan what is about upgrades, and
// one that does asks the new release alone.
func TestUpgradesArePlannedInUpgradesAlone(t *testing.T) {
	claims := []Claim{{ID: "c", Needs: []Feature{Upgraded}, Cases: []Case{
		{Name: "rows", Want: Kept, Check: UpgradeCheck{Aspect: AspectRows}},
		{Name: "way back", Want: Kept, Needs: []Feature{Downgraded}, Check: UpgradeCheck{Aspect: AspectReturn}},
	}}}
	in := Inputs{
		Servers: []Server{{Version: "1.0.0", Claims: []string{"c"}}, {Version: "2.0.0", Claims: []string{"c"}}},
		Clients: Clients, Topologies: []string{"mode-0"},
	}
	planned := func(u *Upgrade) (asked string) {
		in.Upgrade = u
		plan, err := NewPlan(in, claims, []Topology{{Name: "mode-0"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range plan.Cases {
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

// An expectation about an upgrade is one about that upgrade alone.
func TestExpectationsOfUpgrades(t *testing.T) {
	x := known("c")
	x.From = "2.2"
	r := Result{Claim: "c", Case: "x", Topology: "mode-1", Version: "2.3.5", Client: Raw, Port: GRPC, Saw: x.Saw, Verdict: Refuted}
	for from, is := range map[string]bool{"": false, "2.2.16": true, "2.1.4": false, "2.20.1": false} {
		got := r
		got.From = from
		ApplyKnown(&got, "2.3", []Expectation{x})
		if got.Expected != is {
			t.Errorf("from %q: expected is %v", from, got.Expected)
		}
		plain := got
		plain.Expected = false
		ApplyKnown(&plain, "2.3", []Expectation{known("c")})
		if plain.Expected != (from == "") {
			t.Errorf("from %q: a plain expectation matched: %v", from, plain.Expected)
		}
	}
	if stale := Stale([]Result{r}, []Expectation{x}, map[string]string{"2.3.5": "2.3"}, true); len(stale) > 0 {
		t.Errorf("a run that upgrades nothing contradicts it: %v", stale)
	}
	r.From, r.Verdict = "2.2.16", Confirmed
	if stale := Stale([]Result{r}, []Expectation{x}, map[string]string{"2.3.5": "2.3"}, false); len(stale) != 1 {
		t.Errorf("an upgrade that went well does not contradict it: %v", stale)
	}
}

func TestUpgradesInWords(t *testing.T) {
	for c := range aspectWords {
		if p := (UpgradeCheck{Aspect: c}); p.String() == "" || p.Subject().Client == "" || p.Subject().Port != GRPC || p.Resolve(Topology{}) != Check(p) {
			t.Errorf("%s: %v", c, p)
		}
	}
	for says, h := range map[string]Shutdown{
		"ended 1.5 s after SIGTERM":                         {Seconds: 1.5, Bound: 20},
		"did not end within 20 s of SIGTERM and was killed": {Seconds: 20, Bound: 20, Killed: true},
	} {
		if h.String() != says {
			t.Errorf("%q, want %q", h, says)
		}
	}
}

// What is claimed of a step depends on what the documentation says of it.
func TestWhatAStepOffers(t *testing.T) {
	for _, tt := range []struct {
		u    Upgrade
		want []Feature
	}{
		{Upgrade{To: "2"}, []Feature{Upgraded, StepDocumented}},
		{Upgrade{To: "2", Skipped: []string{"1.5"}}, []Feature{Upgraded, StepSkipped}},
		{Upgrade{To: "2", Returns: true}, []Feature{Upgraded, StepDocumented, Returnable}},
		{Upgrade{To: "2", Down: true}, []Feature{Upgraded, StepDocumented, Downgraded}},
		{Upgrade{To: "2", Down: true, Returns: true}, []Feature{Upgraded, StepDocumented, Downgraded, RolledBack}},
	} {
		if got := tt.u.features("2"); !slices.Equal(got, tt.want) {
			t.Errorf("%+v offers %v, want %v", tt.u, got, tt.want)
		}
		if got := tt.u.features("1"); got != nil {
			t.Errorf("%+v offers %v of the other release", tt.u, got)
		}
	}
}
