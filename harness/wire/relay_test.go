package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// serving returns the address of a server that does this to each connection, one
// after the other, and then closes it.
func serving(t testing.TB, do func(*net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(ample))
			do(c.(*net.TCPConn))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

func relayTo(t testing.TB, to string, o Options) *Relay {
	t.Helper()
	r, err := NewRelay("127.0.0.1:0", to, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func dial(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.DialTimeout("tcp", addr, ample)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(ample))
	return c.(*net.TCPConn)
}

// settled waits until something is so, which takes no time unless it never is.
func settled(t testing.TB, so func() bool) {
	t.Helper()
	bound, again := time.After(ample), time.NewTicker(time.Millisecond)
	defer again.Stop()
	for !so() {
		select {
		case <-again.C:
		case <-bound:
			t.Fatal("it does not come about")
		}
	}
}

// theOne gives the one transcript of a relay when its connection is over.
func theOne(t testing.TB, r interface {
	Transcripts() []connection.Transcript
}) connection.Transcript {
	t.Helper()
	settled(t, func() bool { all := r.Transcripts(); return len(all) == 1 && !all[0].Open })
	return r.Transcripts()[0]
}

func TestRelayOfATLSConnection(t *testing.T) {
	t.Parallel()
	peer := make(chan string, 1)
	to := serving(t, func(c *net.TCPConn) {
		peer <- c.RemoteAddr().String()
		conn := tls.Server(c, serverTLS(t))
		if _, err := io.ReadFull(conn, make([]byte, 7)); err == nil {
			_, _ = conn.Write([]byte("canary"))
			_, _ = io.Copy(io.Discard, conn)
			_, _ = io.Copy(io.Discard, c) // until the client has closed
		}
	})
	r := relayTo(t, to, Options{Canary: []byte("canary")})
	c := dial(t, r.Addr())
	conn := tls.Client(c, clientTLS(t))
	if _, err := conn.Write([]byte("request")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	if now := r.Transcripts()[0]; !now.Open || !now.Encrypted || now.End != "" {
		t.Errorf("while it is open it is told as %+v", now)
	}
	_ = conn.Close()
	got := theOne(t, r)
	matches(t, got, helloOf, hello13, "server"+secrets, "client"+secrets, "client"+likely, "client: closed", "server: closed")
	if got.Client != c.LocalAddr().String() || got.Server != to || got.Upstream != <-peer {
		t.Errorf("it went from %s over %s to %s", got.Client, got.Upstream, got.Server)
	}
	if !got.Hello || got.SNI != harness.RightName || got.Version != "1.3" || got.Ended != connection.FromClient || got.CanarySeen() != 0 {
		t.Errorf("facts %+v", got)
	}
}

func TestCanaryThroughARelay(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serving(t, func(c *net.TCPConn) {
		text, _ := io.ReadAll(c)
		for i := range text {
			_, _ = c.Write(text[i : i+1])
		}
	}), Options{Canary: []byte("canary-4711")})
	c := dial(t, r.Addr())
	if _, err := c.Write([]byte("a canary-4711 and a canary-4711")); err != nil {
		t.Fatal(err)
	}
	_ = c.CloseWrite()
	if text, err := io.ReadAll(c); err != nil || string(text) != "a canary-4711 and a canary-4711" {
		t.Fatalf("%q: %v", text, err)
	}
	if got := theOne(t, r); *got.Canary != (connection.Canary{ToServer: 2, ToClient: 2}) || got.ToServer != 31 || got.ToClient != 31 {
		t.Errorf("it saw %+v", got)
	}
}

// How a connection ends on one side is how it ends on the other.
func TestRelayPassesOnHowItEnds(t *testing.T) {
	wait := func(c *net.TCPConn) { _, _ = io.Copy(io.Discard, c) }
	for name, tt := range map[string]struct {
		server, client func(*net.TCPConn)
		read           string // what the client then reads
		end            error  // and how that ends
		told           connection.End
		by             connection.Party
		want           []string
	}{
		"the client closes first, and the server still answers": {
			func(c *net.TCPConn) { text, _ := io.ReadAll(c); _, _ = c.Write([]byte("HTTP/1.1 200 " + string(text))) },
			func(c *net.TCPConn) { _, _ = c.Write([]byte("GET / HTTP/1.1\n")); _ = c.CloseWrite() },
			"HTTP/1.1 200 GET / HTTP/1.1\n", nil, connection.EndClosed, connection.FromClient,
			[]string{`client: HTTP/1.1 GET / in plaintext`, "client: closed", `server: HTTP/1.1 status 200 in plaintext`, "server: closed"},
		},
		"the server closes first": {
			func(c *net.TCPConn) { _ = c.CloseWrite(); wait(c) }, func(*net.TCPConn) {},
			"", nil, connection.EndClosed, connection.FromServer, []string{"server: closed", "client: closed"},
		},
		"the server resets": {
			func(c *net.TCPConn) { _, _ = io.ReadFull(c, make([]byte, 2)); _ = c.SetLinger(0) },
			func(c *net.TCPConn) { _, _ = c.Write([]byte("PR")) },
			"", syscall.ECONNRESET, connection.EndReset, connection.FromServer,
			[]string{"server: reset"},
		},
		"the server sends an alert, and resets since it has not read all": {
			func(c *net.TCPConn) {
				_, _ = io.ReadFull(c, make([]byte, 1))
				_, _ = c.Write([]byte(recorded(alertRecord, "\x02\x2a")))
			},
			func(c *net.TCPConn) { _, _ = c.Write([]byte(preface)) },
			recorded(alertRecord, "\x02\x2a"), syscall.ECONNRESET, connection.EndReset, connection.FromServer,
			[]string{"client: HTTP/2 preface in plaintext", "server: alert 42 bad certificate", "server: reset"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := relayTo(t, serving(t, tt.server), Options{})
			c := dial(t, r.Addr())
			tt.client(c)
			text, err := io.ReadAll(c)
			if string(text) != tt.read || !errors.Is(err, tt.end) {
				t.Errorf("the client read %q, %v, want %q, %v", text, err, tt.read, tt.end)
			}
			_ = c.Close()
			got := theOne(t, r)
			matches(t, got, tt.want...)
			if got.End != tt.told || got.Ended != tt.by {
				t.Errorf("it was %s by the %s, want %s by the %s", got.End, got.Ended, tt.told, tt.by)
			}
		})
	}
}

func TestRelayPassesOnAClientsReset(t *testing.T) {
	t.Parallel()
	end := make(chan error, 1)
	r := relayTo(t, serving(t, func(c *net.TCPConn) { _, err := io.Copy(io.Discard, c); end <- err }), Options{})
	c := dial(t, r.Addr())
	_, _ = c.Write([]byte("PR"))
	settled(t, func() bool { return len(r.Transcripts()) == 1 && r.Transcripts()[0].ToServer == 2 })
	_ = c.SetLinger(0)
	_ = c.Close()
	if err := <-end; !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the server sees %v", err)
	}
	got := theOne(t, r)
	matches(t, got, "client: 2 bytes of no known protocol: 50 52", "client: reset")
	if got.End != connection.EndReset || got.Ended != connection.FromClient {
		t.Errorf("it was %s by the %s", got.End, got.Ended)
	}
}

// What the server sent before it reset the connection comes to a client that has
// been told of the reset by then.
func TestAlertBeforeAResetIsPassedOn(t *testing.T) {
	t.Parallel()
	client, from := tcp(t)
	to, server := tcp(t)
	talk := begun(Options{})
	there := newPipe(talk, connection.FromClient, from.(*net.TCPConn), to.(*net.TCPConn))
	back := newPipe(talk, connection.FromServer, there.to, there.from)
	there.reverse, back.reverse = back, there
	if _, err := io.WriteString(server, recorded(alertRecord, "\x02\x2a")); err != nil {
		t.Fatal(err)
	}
	abort(server.(*net.TCPConn))
	settled(t, func() bool { return !there.pass([]byte(preface)) })
	back.carry()
	text, err := io.ReadAll(client)
	if string(text) != recorded(alertRecord, "\x02\x2a") || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client reads %q, %v", text, err)
	}
}

// A client that goes on sending to a server that has gone learns of it.
func TestServerGoneWhileTheClientSends(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serving(t, func(c *net.TCPConn) { _, _ = io.ReadFull(c, make([]byte, 1)) }), Options{})
	c := dial(t, r.Addr())
	var err error
	for err == nil {
		_, err = c.Write(make([]byte, 1<<16))
	}
	if errors.Is(err, syscall.ECONNRESET) == errors.Is(err, syscall.EPIPE) {
		t.Errorf("the client sees %v", err)
	}
	if got := theOne(t, r); got.Ended != connection.FromServer {
		t.Errorf("it was ended by the %s", got.Ended)
	}
}
