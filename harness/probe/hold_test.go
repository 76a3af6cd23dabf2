package probe

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// What a server gets of each connection that is held, and that it gets no more.
func TestHoldGoesAsFarAsItSays(t *testing.T) {
	t.Parallel()
	for how, want := range map[Idleness]string{
		HoldSilent: "nothing", HoldHalf: "part of a ClientHello", HoldShaken: "a handshake",
	} {
		const n = 5
		got, config := make(chan string, n), mutualTLS(t, tls.VersionTLS13)
		addr := serve(t, func(c net.Conn) { got <- heard(c, config) })
		target := aim(t, addr, mutual, harness.Attempt{Client: harness.Raw, Port: harness.GRPC})
		held, err := Hold(t.Context(), target, how, n)
		if err != nil {
			t.Fatal(err)
		}
		if held.Open() != n || held.Reached != n || held.Tried != n || len(held.Ends) != 0 {
			t.Errorf("%d: %d open, %d reached, %v", how, held.Open(), held.Reached, held.Ends)
		}
		held.Close()
		held.Close()
		for range n {
			if text := <-got; text != want {
				t.Errorf("%d: the server got %s, want %s", how, text, want)
			}
		}
		if held.Open() != 0 {
			t.Errorf("%d: %d open after the end", how, held.Open())
		}
	}
}

// peeked is a connection whose first bytes were looked at.
type peeked struct {
	net.Conn
	in *bufio.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.in.Read(b) }

// heard says what a client sends until it goes.
func heard(c net.Conn, config *tls.Config) string {
	_ = c.SetReadDeadline(time.Now().Add(ample))
	in := bufio.NewReader(c)
	if _, err := in.Peek(1); errors.Is(err, io.EOF) {
		return "nothing"
	}
	secured := tls.Server(peeked{Conn: c, in: in}, config)
	switch err := secured.Handshake(); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "part of a ClientHello"
	case err != nil:
		return err.Error()
	}
	if n, err := secured.Read(make([]byte, 1)); n > 0 || err == nil {
		return "more than a handshake"
	}
	return "a handshake"
}

// What the server closes is not held, and what nobody listens for neither.
func TestHoldCountsWhatIsThere(t *testing.T) {
	t.Parallel()
	var accepted atomic.Int64
	closing := serve(t, func(c net.Conn) {
		if accepted.Add(1)%2 == 0 {
			_ = c.Close()
			return
		}
		_, _ = io.Copy(io.Discard, c)
	})
	held, err := Hold(t.Context(), aim(t, closing, oneWay, harness.Attempt{Client: harness.Raw, Port: harness.HTTP}), HoldSilent, 10)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	for begin := time.Now(); held.Open() != 5 && time.Since(begin) < ample; {
		<-time.After(time.Millisecond)
	}
	if held.Open() != 5 || held.Reached != 10 {
		t.Errorf("%d open, %d reached", held.Open(), held.Reached)
	}
	gone, err := Hold(t.Context(), aim(t, nobody, oneWay, harness.Attempt{Client: harness.Raw, Port: harness.HTTP}), HoldSilent, 3)
	if err != nil || gone.Open() != 0 || gone.Ends[string(connection.EndDialRefused)] != 3 {
		t.Errorf("%v: %v", err, gone.Ends)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Hold(ctx, aim(t, closing, oneWay, harness.Attempt{Client: harness.Raw, Port: harness.HTTP}), HoldSilent, 3); err == nil {
		t.Error("an interruption is no error")
	}
}
