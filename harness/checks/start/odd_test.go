package start_test

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/start"
)

// Of a cluster one of whose components is configured otherwise.
func TestJudgeOdd(t *testing.T) {
	t.Parallel()
	const noise = "error reading server preface: EOF"
	of := func(ready bool, c start.Components) *start.Facts {
		return bootOf(start.Facts{Ready: ready, Survey: works.Survey}, c)
	}
	named := func(lines map[string]string) *start.Facts { return of(true, start.Components{Named: lines}) }
	ended := func(component string) *start.Facts {
		return &start.Facts{Exited: true, Status: 134, Cause: internalTrouble, Component: component}
	}
	for _, tt := range []struct {
		name    string
		want    harness.Outcome
		saw     harness.Facts
		control harness.Facts
		verdict harness.Verdict
		says    string
	}{
		{"it is not well", start.OddShown, of(true, start.Components{Unwell: []string{"proxy", "datanode"}}), works, harness.Confirmed, "its datanode does not say"},
		{"others are not", start.OddShown, of(false, start.Components{Unwell: []string{"proxy"}}), works, harness.Refuted, "while proxy does not"},
		{"all are well", start.OddShown, works, works, harness.Refuted, "as every other component does"},
		{"it ended", start.OddShown, ended("datanode"), works, harness.Confirmed, "datanode: it ended"},
		{"another ended", start.OddShown, ended("proxy"), works, harness.Refuted, "proxy, and not datanode"},
		{"shown without a control", start.OddShown, works, nil, harness.Inconclusive, "no control"},

		{"its own log", start.OddNamed, named(map[string]string{"datanode": internalTrouble}), works, harness.Confirmed, "the log of its datanode names datanode"},
		{"another's log", start.OddNamed, named(map[string]string{"mixcoord": internalTrouble}), works, harness.Confirmed, "the log of its mixcoord names datanode"},
		{"no log", start.OddNamed, works, works, harness.Refuted, "no log of the cluster"},
		{"a log that always says so", start.OddNamed, named(map[string]string{"proxy": noise}), named(map[string]string{"proxy": noise}), harness.Refuted, "no more of its datanode"},
		{"a log that says more", start.OddNamed, named(map[string]string{"proxy": internalTrouble}), named(map[string]string{"proxy": noise}), harness.Confirmed, "proxy"},
		{"named, without a control", start.OddNamed, named(map[string]string{"datanode": internalTrouble}), nil, harness.Inconclusive, "no control"},
		{"named, and the control is not ready", start.OddNamed, named(map[string]string{"datanode": internalTrouble}), bareOne, harness.Inconclusive, "did not become ready"},
		{"it ended and said so", start.OddNamed, ended("datanode"), works, harness.Confirmed, internalTrouble},
		{"another ended and said so", start.OddNamed, ended("proxy"), works, harness.Refuted, "and not datanode"},
	} {
		got := checks.Judge(start.Check{}, tt.want, checks.Evidence{Saw: tt.saw, Control: tt.control, Internal: true, Odd: "datanode"})
		if got.Verdict != tt.verdict || !strings.Contains(got.Reason, tt.says) {
			t.Errorf("%s: %v: %s", tt.name, got.Verdict, got.Reason)
		}
	}
}
