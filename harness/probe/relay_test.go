package probe

import (
	"crypto/tls"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

func relayTo(t *testing.T, addr string) *relay {
	t.Helper()
	r, err := newRelay(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.close)
	return r
}

func (r *relay) dial(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port())))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(ample))
	return c
}

func await(t *testing.T, over <-chan struct{}) {
	t.Helper()
	select {
	case <-over:
	case <-time.After(slack):
		t.Fatal("the relay does not see its connection end")
	}
}

func TestRelayShowsWhatIsSpoken(t *testing.T) {
	t.Parallel()
	peer := make(chan string, 1)
	r := relayTo(t, serve(t, func(c net.Conn) {
		peer <- c.RemoteAddr().String()
		overTLS(serverTLS(t), says("hello"))(c)
	}))
	client := tls.Client(r.dial(t), &tls.Config{RootCAs: sharedCerts(t).CA().Pool(), ServerName: harness.RightName})
	if _, err := io.WriteString(client, "hi"); err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 5)
	if _, err := io.ReadFull(client, text); err != nil || string(text) != "hello" {
		t.Fatalf("%q: %v", text, err)
	}
	p, any := r.seen()
	if !any || p.spoke() != harness.TransportTLS || p.said().SNI != harness.RightName || !p.isTLS() || p.local() != <-peer {
		t.Errorf("it saw %+v", p)
	}
	_ = client.Close()
	await(t, r.end())
}

func TestRelayTellsPlaintext(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serve(t, says("HTTP/1.1 400 Bad Request\r\n\r\n")))
	c := r.dial(t)
	_, _ = io.WriteString(c, "PRI * HTTP/2.0\r\n")
	_, _ = c.Read(make([]byte, 1))
	if p, _ := r.seen(); p.spoke() != harness.TransportPlain || p.isTLS() || !p.heard() {
		t.Errorf("it saw %+v", p)
	}
}

// A server that refuses a client reads no more of it. Its last words still
// arrive, and so does the end.
func TestRelayPassesLastWords(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serve(t, func(c net.Conn) { _, _ = io.WriteString(c, "alert") }))
	c := r.dial(t)
	said, err := io.ReadAll(c)
	if string(said) != "alert" || err != nil {
		t.Errorf("%q: %v", said, err)
	}
	_ = c.Close()
	await(t, r.end())
}

func TestRelayToNowhere(t *testing.T) {
	t.Parallel()
	r := relayTo(t, nobody)
	if said, err := io.ReadAll(r.dial(t)); len(said) > 0 || err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("%q: %v", said, err)
	}
	await(t, r.end())
	if p, _ := r.seen(); !p.refused {
		t.Errorf("it saw %+v", p)
	}
}

func TestRelayCountsAnew(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serve(t, says("hello")))
	first := r.dial(t)
	_, _ = io.WriteString(first, "x")
	_, _ = first.Read(make([]byte, 1))
	r.again()
	if p, any := r.seen(); any {
		t.Errorf("it remembers %+v", p)
	}
	_ = first.Close()
	second := r.dial(t)
	_, _ = io.WriteString(second, "x")
	_, _ = second.Read(make([]byte, 1))
	if _, any := r.seen(); !any {
		t.Error("it does not see the second connection")
	}
	select {
	case <-r.end():
		t.Error("it takes the end of the first for the second's")
	default:
	}
}
