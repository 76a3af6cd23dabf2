package run

import (
	"errors"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/canary"
	"milvus-tls-e2e/harness/connection"
)

// Of many connections the first are shown, and whichever first shows the canary
// or plaintext; what is left out is counted.
func TestCanaryShowsWhatTells(t *testing.T) {
	all := make([]connection.Transcript, 9)
	for i := range all {
		all[i].Answered = connection.SpokeTLS
	}
	all[7] = connection.Transcript{Client: "telling", Answered: connection.SpokeHTTP2, Canary: &connection.Canary{ToServer: 1}}
	got := crossed(canary.Facts{Hop: harness.Etcd}, connection.Observation{Answer: connection.AnswerData}, nil, all).facts.(*canary.Facts)
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

// The server in plaintext that failed while a cell's own server was brought to its end
// is none to compare with the cell that is started once more: another is.
func TestARestartedCellHasABaselineOfItsOwn(t *testing.T) {
	hop := canary.Check{Hop: harness.GRPC}
	comesTo := func(s observed) func() *cell {
		c := &cell{}
		c.checked.done = map[harness.Check]func() observed{hop.Resolve(c.topology): func() observed { return s }}
		return func() *cell { return c }
	}
	failed := observed{err: errors.New("the server ended with status 134")}
	for _, tt := range []struct {
		restarted     string
		first, second observed
		err           error
	}{
		{"", failed, observed{}, failed.err},
		{"the server ended: its lease expired", failed, observed{}, nil},
		{"the server ended: its lease expired", observed{}, failed, nil},
	} {
		s := &Scheduler{}
		s.baselines.all = map[harness.Cell][]func() *cell{{Version: "1", Topology: "mode-0"}: {comesTo(tt.first), comesTo(tt.second)}}
		c := &cell{Scheduler: s, name: harness.Cell{Version: "1"}, restarted: tt.restarted}
		var e checks.Evidence
		if c.againstPlain(t.Context(), hop, &e); !errors.Is(e.ControlErr, tt.err) {
			t.Errorf("started once more because %q: %v, want %v", tt.restarted, e.ControlErr, tt.err)
		}
	}
}
