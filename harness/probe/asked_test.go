package probe

import (
	"context"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

// awaited asks a worker for an attempt whose connection has ended already.
func awaited(t *testing.T, script string) (account, error) {
	t.Helper()
	speaker := harness.Speaker{Via: harness.Java}
	workers := scriptedAs(t, speaker, script)
	w, err := workers.get(t.Context(), speaker)
	if err != nil {
		t.Fatal(err)
	}
	a := asked{Workers: workers, speaker: speaker, worker: w, relay: relayTo(t, "127.0.0.1:1"), target: Target{Bound: ample}}
	id, answer, err := a.send(a.request())
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	close(over)
	ctx, cancel := context.WithTimeout(t.Context(), slack)
	defer cancel()
	return a.await(ctx, id, answer, over)
}

// A client that was served has said so before its connection ended, and its
// word counts however late the harness gets to read it.
func TestServedClientWhoseConnectionEndedFirst(t *testing.T) {
	t.Parallel()
	got, err := awaited(t, isReady+`read attempt; read ping; echo '{"id":1,"served":true}'; echo '{"id":2}'; cat`)
	if err != nil || !got.Served {
		t.Errorf("%+v: %v, want it served", got, err)
	}
}

func TestClientThatGoesOnTrying(t *testing.T) {
	t.Parallel()
	got, err := awaited(t, isReady+`read attempt; read ping; echo '{"id":2}'; cat`)
	if err != nil || got.Served || got.Kind != "silent" {
		t.Errorf("%+v: %v, want it silent", got, err)
	}
}

func TestClientThatEndsOverAPing(t *testing.T) {
	t.Parallel()
	if got, err := awaited(t, isReady+`read attempt; read ping; exit 3`); err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("%+v: %v, want it lost", got, err)
	}
}
