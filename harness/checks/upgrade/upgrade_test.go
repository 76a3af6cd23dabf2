package upgrade_test

import (
	"errors"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/upgrade"
)

func TestJudgeOfUpgrades(t *testing.T) {
	saw := func(u upgrade.Facts) checks.Evidence { return checks.Evidence{Saw: &u} }
	lost := upgrade.Facts{Compared: 3}
	for range upgrade.MostDifferences + 2 {
		lost.Differ("row %d is gone", 1)
	}
	tests := []struct {
		name string
		want harness.Outcome
		e    checks.Evidence
		is   harness.Verdict
		says string
	}{
		{"all as before", upgrade.Kept, saw(upgrade.Facts{Compared: 3, Notes: []string{"a note"}}), harness.Confirmed, "3 compared, all as before; a note"},
		{"a difference", upgrade.Kept, saw(upgrade.Facts{Compared: 3, Differences: []string{"row 1 is gone"}}), harness.Refuted, "of 3 compared: row 1 is gone"},
		{"many", upgrade.Kept, saw(lost), harness.Refuted, "and 2 more"},
		{"nothing compared", upgrade.Kept, saw(upgrade.Facts{}), harness.Inconclusive, "nothing was observed"},
		{"nothing seen", upgrade.Kept, checks.Evidence{Err: errors.New("no server")}, harness.Inconclusive, "no server"},
		{"no outcome of an upgrade", harness.Served, saw(upgrade.Facts{Compared: 3}), harness.Inconclusive, "cannot come to served"},
	}
	for _, tt := range tests {
		if j := checks.Judge(upgrade.Check{}, tt.want, tt.e); j.Verdict != tt.is || !strings.Contains(j.Reason, tt.says) {
			t.Errorf("%s: %v, %s", tt.name, j.Verdict, j.Reason)
		}
	}
}

func TestUpgradesInWords(t *testing.T) {
	for c := range upgrade.AspectWords {
		if p := (upgrade.Check{Aspect: c}); p.String() == "" || p.Subject().Client == "" || p.Subject().Port != harness.GRPC || p.Resolve(harness.Topology{}) != harness.Check(p) {
			t.Errorf("%s: %v", c, p)
		}
	}
	for says, h := range map[string]harness.Shutdown{
		"ended 1.5 s after SIGTERM":                         {Seconds: 1.5, Bound: 20},
		"did not end within 20 s of SIGTERM and was killed": {Seconds: 20, Bound: 20, Killed: true},
	} {
		if h.String() != says {
			t.Errorf("%q, want %q", h, says)
		}
	}
}
