package wire

import (
	"crypto/tls"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/pki"
)

// ample is a bound for what takes no time unless it hangs.
const ample = time.Minute

var certSets = sync.OnceValues(pki.NewCertSet)

func sharedCerts(t testing.TB) *pki.CertSet {
	t.Helper()
	w, err := certSets()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// A piece is what one side sent at once.
type piece struct {
	from connection.Party
	said []byte
}

// A tap is the client's end of a connection, which keeps what crosses it in the
// order in which the client sees it.
type tap struct {
	net.Conn
	mu     sync.Mutex
	pieces []piece
}

func (t *tap) keep(from connection.Party, b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(b) > 0 {
		t.pieces = append(t.pieces, piece{from, append([]byte(nil), b...)})
	}
}

func (t *tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.keep(connection.FromServer, b[:n])
	return n, err
}

func (t *tap) Write(b []byte) (int, error) {
	t.keep(connection.FromClient, b)
	return t.Conn.Write(b)
}

// tcp returns both ends of a connection.
func tcp(t testing.TB) (client, server net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if client, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = client.Close(), server.Close() })
	for _, c := range []net.Conn{client, server} {
		_ = c.SetDeadline(time.Now().Add(ample))
	}
	return client, server
}

// handshakes carries out handshakes, one after the other, each with a request and
// an answer where it succeeds, and gives the pieces of the last.
func handshakes(t testing.TB, client, server *tls.Config, times int) []piece {
	t.Helper()
	for {
		c, s := tcp(t)
		at := &tap{Conn: c}
		var both sync.WaitGroup
		both.Go(func() {
			defer s.Close()
			conn := tls.Server(s, server)
			if _, err := conn.Read(make([]byte, 16)); err == nil {
				_, _ = conn.Write([]byte("answer"))
				_, _ = io.Copy(io.Discard, conn)
			}
		})
		conn := tls.Client(at, client)
		if _, err := conn.Write([]byte("request")); err == nil {
			_, _ = conn.Read(make([]byte, 16))
		}
		_ = conn.Close()
		both.Wait()
		if times--; times == 0 {
			return at.pieces
		}
	}
}

// epoch is when everything happens in tests of the parser.
var epoch = time.Unix(1700000000, 0)

// begun returns a conversation in which nothing has been said.
func begun(o Options) *conversation {
	return converse(epoch, epoch, "client", "server", newToken(o.Canary), o.events())
}

// told returns what a conversation of these pieces comes to.
func told(pieces []piece, o Options) connection.Transcript {
	c := begun(o)
	for _, p := range pieces {
		if c.said(p.from, p.said, epoch) {
			c.delivered()
		}
	}
	c.end(connection.FromClient, connection.EndClosed, epoch)
	c.end(connection.FromServer, connection.EndClosed, epoch)
	return c.transcript()
}

// matches holds the events of a transcript against patterns, line by line.
func matches(t *testing.T, got connection.Transcript, want ...string) {
	t.Helper()
	var lines []string
	for _, e := range got.Events {
		lines = append(lines, string(e.From)+": "+e.What)
	}
	for i := range max(len(lines), len(want)) {
		if i >= len(lines) || i >= len(want) || !regexp.MustCompile("^"+want[i]+"$").MatchString(lines[i]) {
			t.Fatalf("at line %d, events\n\t%s\nwant\n\t%s", i, strings.Join(lines, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
}
