package rolling_test

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
)

// well is a step after which all is well.
func well() rolling.Step {
	return rolling.Step{
		Pass: "internal TLS on", Component: "datanode", Secured: []harness.Port{harness.InternalDataNode}, Schema: harness.Served,
		Clients: []connection.Outage{{Client: "go", Refused: 0.5}},
		Ports: []start.SurveyEntry{
			{Port: harness.InternalDataNode, Transport: harness.TransportPlain, Outcome: harness.RefusedPlaintext},
			{Port: harness.InternalDataNode, Transport: harness.TransportTLS, Outcome: harness.Served},
			{Port: harness.InternalQueryNode, Transport: harness.TransportPlain, Outcome: harness.Served}, // whose turn is still to come
		},
	}
}

// What is wrong after one step refutes what is said of that, and nothing else.
func TestWhatAStepRefutes(t *testing.T) {
	t.Parallel()
	for what, tt := range map[string]struct {
		spoil  func(*rolling.Step)
		aspect rolling.Aspect // empty for none
		reason string
	}{
		"nothing":               {func(*rolling.Step) {}, "", ""},
		"it is not well":        {func(s *rolling.Step) { s.Unwell, s.Why = []string{"datanode"}, "no peer" }, rolling.Starts, "datanode not well: no peer"},
		"another is not well":   {func(s *rolling.Step) { s.Unwell, s.Why = []string{"proxy"}, "no peer" }, rolling.Starts, "proxy not well"},
		"another ended":         {func(s *rolling.Step) { s.Ended = "querynode" }, rolling.Starts, "querynode ended"},
		"a client is left":      {func(s *rolling.Step) { s.Clients[0].Never = true }, rolling.Serves, "go, which stayed connected"},
		"no collection":         {func(s *rolling.Step) { s.Schema = harness.TimedOut }, rolling.Works, "making a collection"},
		"it speaks plaintext":   {func(s *rolling.Step) { s.Ports[0].Outcome = harness.Served }, rolling.Encrypts, "internal-datanode answers in plaintext"},
		"a call it knows not":   {func(s *rolling.Step) { s.Ports[0].Outcome = harness.NotOffered }, rolling.Encrypts, "internal-datanode answers in plaintext"},
		"an intruder is served": {func(s *rolling.Step) { s.Intruders = map[string]int{"nobody": 2} }, rolling.Encrypts, "nobody was served 2 times"},
	} {
		for _, aspect := range []rolling.Aspect{rolling.Starts, rolling.Serves, rolling.Works, rolling.Encrypts} {
			spoilt := well()
			tt.spoil(&spoilt)
			f := &rolling.Facts{Aspect: aspect, Steps: []rolling.Step{well(), spoilt, well()}}
			check := rolling.Check{Change: rolling.InternalOn, Aspect: aspect}
			r := checks.Judge(check, rolling.Throughout, checks.Evidence{Saw: f}).Ruling
			switch {
			case aspect == tt.aspect && (r.Verdict != harness.Refuted || !strings.Contains(r.Reason, tt.reason) || !strings.Contains(r.Reason, "after datanode")):
				t.Errorf("%s: %s is %v: %s", what, aspect, r.Verdict, r.Reason)
			case aspect != tt.aspect && r.Verdict != harness.Confirmed:
				t.Errorf("%s: %s is %v: %s", what, aspect, r.Verdict, r.Reason)
			}
		}
	}
}

// Where nobody looked, nothing is said.
func TestNothingIsSaidOfWhatNobodyLookedAt(t *testing.T) {
	t.Parallel()
	blind := rolling.Step{Component: "datanode"}
	for aspect, steps := range map[rolling.Aspect][]rolling.Step{rolling.Starts: nil, rolling.Serves: {blind}, rolling.Works: {blind}, rolling.Encrypts: {blind}} {
		f := &rolling.Facts{Aspect: aspect, Steps: steps}
		r := checks.Judge(rolling.Check{Change: rolling.InternalOn, Aspect: aspect}, rolling.Throughout, checks.Evidence{Saw: f}).Ruling
		if r.Verdict != harness.Inconclusive {
			t.Errorf("%s is %v: %s", aspect, r.Verdict, r.Reason)
		}
	}
}

// Of passes that were not begun nothing is confirmed, and what was wrong before them stands.
func TestUnbegunPasses(t *testing.T) {
	t.Parallel()
	broken := well()
	broken.Clients[0].Never = true
	for aspect, want := range map[rolling.Aspect]harness.Verdict{
		rolling.Starts: harness.Inconclusive, rolling.Serves: harness.Refuted, rolling.Works: harness.Inconclusive, rolling.Encrypts: harness.Inconclusive,
	} {
		f := &rolling.Facts{Aspect: aspect, Steps: []rolling.Step{broken}, Unbegun: "the new CA alone"}
		r := checks.Judge(rolling.Check{Change: rolling.InternalCA, Aspect: aspect}, rolling.Throughout, checks.Evidence{Saw: f}).Ruling
		if r.Verdict != want || want == harness.Inconclusive && !strings.Contains(r.Reason, "the new CA alone") {
			t.Errorf("%s is %v: %s", aspect, r.Verdict, r.Reason)
		}
	}
}
