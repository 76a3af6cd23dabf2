package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// awaited asks a worker for an attempt whose connection has ended already.
func awaited(t *testing.T, script string) (workerReply, error) {
	t.Helper()
	return awaitedOver(t, relayTo(t, nobody), ample, script)
}

func awaitedOver(t *testing.T, r *relay, patience time.Duration, script string) (workerReply, error) {
	t.Helper()
	sdk := harness.ClientVersion{Client: harness.Java}
	workers := scriptedAs(t, sdk, script)
	w, err := workers.get(t.Context(), sdk)
	if err != nil {
		t.Fatal(err)
	}
	a := workerAttempt{Workers: workers, sdk: sdk, worker: w, relay: r, target: Target{Bound: ample}}
	id, answer, err := a.send(a.request())
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	close(over)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
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

// A client that hangs up on a server which has said nothing would wait no longer:
// that is no refusal, and a busy server may serve its next connection. Who hung
// up first is known even where a server that goes leaves something unread.
func TestWhoHungUp(t *testing.T) {
	t.Parallel()
	cutsOff := func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }
	for range 50 {
		for want, server := range map[connection.End]func(net.Conn){connection.EndTimeout: silence, connection.EndNotTLS: cutsOff} {
			r := relayTo(t, serve(t, server))
			c := r.dial(t)
			_, _ = io.WriteString(c, "\x16\x03\x01\x00\x05hello")
			if want == connection.EndNotTLS {
				_, _ = io.Copy(c, endless{}) // until the server's end has come through
			}
			_ = c.Close()
			await(t, r.end())
			passed, own := r.seen()
			if got := (workerAttempt{relay: r}).end(workerReply{Code: "UNAVAILABLE"}, passed, own); got != want {
				t.Fatalf("it ended by %s, want %s: %+v", got, want, passed.said())
			}
		}
	}
}

func TestClientThatWouldWaitNoLongerIsHeardOut(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serve(t, silence))
	c := r.dial(t)
	_, _ = io.WriteString(c, "\x16\x03\x01")
	_ = c.Close()
	await(t, r.end())
	const long = time.Second // ten times the client's grace
	got, err := awaitedOver(t, r, long, isReady+`read attempt; read ping; echo '{"id":2}'; cat`)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v, %v: it was not waited for", got, err)
	}
}

// A client's word may be there before its relay has carried what it said to the
// server, which is waited for: without it nobody knows what was refused.
func TestWhatWasSaidIsWaitedFor(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serve(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "no TLS")
		_, _ = io.Copy(io.Discard, c)
	}))
	c := r.dial(t)
	if _, err := io.ReadFull(c, make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	later := time.AfterFunc(brief, func() { _, _ = io.WriteString(c, "\x16\x03\x01\x00\x05hello") })
	defer later.Stop()
	var seen connection.Observation
	if err := (workerAttempt{relay: r}).observe(&seen, workerReply{Code: "UNAVAILABLE"}); err != nil {
		t.Fatal(err)
	}
	if seen.FirstProtocol != harness.TransportTLS || seen.End != connection.EndNotTLS {
		t.Errorf("it spoke %q and ended by %s", seen.FirstProtocol, seen.End)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
