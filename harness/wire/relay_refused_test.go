package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"milvus-tls-e2e/harness/connection"
)

// Nobody listens at these, nor comes to: the system gives no port below 1024 to
// who asks for any, as it may one that was closed a moment ago.
const (
	nobody   = "127.0.0.1:1"
	notAsked = "127.0.0.1:3" // and who captures sees none but its own dial it
)

func TestHelloThatNobodyGets(t *testing.T) {
	t.Parallel()
	r := relayTo(t, nobody, Options{})
	// The reset may come before the client knows that it is connected.
	_, err := tls.DialWithDialer(&net.Dialer{Timeout: ample}, "tcp", r.Addr(), clientTLS(t))
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("the client sees %v", err)
	}
	got := theOne(t, r)
	matches(t, got, "recorder: not passed on: .*connection refused")
	if got.Hello || got.End != connection.EndDialRefused || got.Upstream != "" || got.Answered != connection.SpokeNothing {
		t.Errorf("facts %+v", got)
	}
}

func TestHelloAndNoAnswer(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serving(t, func(c *net.TCPConn) {
		_, _ = io.ReadFull(c, make([]byte, 100))
		_ = c.CloseWrite()
		_, _ = io.Copy(io.Discard, c)
	}), Options{})
	c := dial(t, r.Addr())
	if err := tls.Client(c, clientTLS(t)).Handshake(); !errors.Is(err, io.EOF) {
		t.Errorf("the client sees %v", err)
	}
	_ = c.Close()
	got := theOne(t, r)
	matches(t, got, helloOf, "server: closed", "client: closed")
	if !got.Hello || got.Answered != connection.SpokeNothing || got.Ended != connection.FromServer || got.Version != "" {
		t.Errorf("facts %+v", got)
	}
}

func TestRelaysThatCannotBe(t *testing.T) {
	taken := serving(t, func(*net.TCPConn) {})
	for listen, want := range map[string]string{
		taken:           "listen for a relay to 127.0.0.1:1: " + taken + " is taken by another program: address already in use",
		"0.0.0.0:0":     "listen for a relay to 127.0.0.1:1: 0.0.0.0:0 is no address of the loopback",
		"example.org:0": "listen for a relay to 127.0.0.1:1: example.org:0 is no address of the loopback",
		"127.0.0.1":     "listen for a relay to 127.0.0.1:1: address 127.0.0.1: missing port in address",
	} {
		if r, err := NewRelay(listen, "127.0.0.1:1", Options{}); err == nil || err.Error() != want {
			t.Errorf("at %s: %v, %v, want %s", listen, r, err, want)
		}
	}
	if _, err := NewRelay(taken, "127.0.0.1:1", Options{}); !errors.Is(err, syscall.EADDRINUSE) || strings.Contains(err.Error(), "\n") {
		t.Errorf("a port that is taken: %v", err)
	}
}
