package schedule

import (
	"testing"

	"milvus-tls-e2e/harness"
)

// Of many connections the first are shown, and whichever first shows the canary
// or plaintext; what is left out is counted.
func TestCrossingShowsWhatTells(t *testing.T) {
	all := make([]harness.Transcript, 9)
	for i := range all {
		all[i].Answered = harness.SpokeTLS
	}
	all[7] = harness.Transcript{Client: "telling", Answered: harness.SpokeHTTP2, Canary: &harness.Canary{ToServer: 1}}
	got := crossed(harness.Crossed{Hop: harness.Etcd}, harness.Observation{Answer: harness.AnswerData}, nil, all).facts.(*harness.Crossed)
	if n := len(got.Transcripts); n != shownConnections+1 || got.Transcripts[n-1].Client != "telling" || got.Unshown != 4 {
		t.Fatalf("%d are shown and %d are not", n, got.Unshown)
	}
	lines := harness.Evidence{Saw: got}.Describe().Transcript
	if last := lines[len(lines)-1]; last != "connections that are not shown here: 4" {
		t.Errorf("it ends with %q", last)
	}
}
