package run

import (
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/canary"
)

// Of many connections the first are shown, and whichever first shows the canary
// or plaintext; what is left out is counted.
func TestCanaryShowsWhatTells(t *testing.T) {
	all := make([]harness.Transcript, 9)
	for i := range all {
		all[i].Answered = harness.SpokeTLS
	}
	all[7] = harness.Transcript{Client: "telling", Answered: harness.SpokeHTTP2, Canary: &harness.Canary{ToServer: 1}}
	got := crossed(canary.Facts{Hop: harness.Etcd}, harness.Observation{Answer: harness.AnswerData}, nil, all).facts.(*canary.Facts)
	if n := len(got.Transcripts); n != shownConnections+1 || got.Transcripts[n-1].Client != "telling" || got.Unshown != 4 {
		t.Fatalf("%d are shown and %d are not", n, got.Unshown)
	}
	lines := checks.Evidence{Saw: got}.Describe().Transcript
	if last := lines[len(lines)-1]; last != "connections that are not shown here: 4" {
		t.Errorf("it ends with %q", last)
	}
}

// A client goes past the relay before a port of the deployment whose hops are
// recorded, and to another deployment's port directly: that was asked in the first
// one's place.
func TestClientsGoAroundTheRelaysOfOneDeployment(t *testing.T) {
	h := newWireRecorder()
	defer h.close()
	relay, err := h.through(harness.Etcd, "127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{relay: "127.0.0.1:1", "127.0.0.1:1": "127.0.0.1:1", "127.0.0.1:2": "127.0.0.1:2"} {
		if got := h.around(harness.Etcd, at); got != want {
			t.Errorf("a client for %s goes to %s, want %s", at, got, want)
		}
	}
	if got := h.around(harness.Store, relay); got != relay {
		t.Errorf("a client of another port goes to %s", got)
	}
}
