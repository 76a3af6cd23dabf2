package wire

import (
	"crypto/tls"
	"io"
	"net"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// TestTapRecordsWhatItsClientSays looks at a handshake, an answer and an end from
// the client's side.
func TestTapRecordsWhatItsClientSays(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		server := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{sharedCerts(t).Server().TLS()}})
		_, _ = io.ReadFull(server, make([]byte, 5))
		_, _ = io.WriteString(server, "world")
		_ = server.Close()
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	tap := NewTap(conn, Options{Canary: []byte("hello")})
	client := tls.Client(tap, &tls.Config{RootCAs: sharedCerts(t).CA().Pool(), ServerName: harness.RightName})
	if _, err := io.WriteString(client, "hello"); err != nil {
		t.Fatal(err)
	}
	if said, err := io.ReadAll(client); string(said) != "world" || err != nil {
		t.Errorf("%q: %v", said, err)
	}
	_, _ = tap.Read(make([]byte, 1)) // the end, which TLS's own end comes before
	_ = client.Close()
	s := tap.Transcript()
	if s.Kind != connection.SpokeTLS || s.Answered != connection.SpokeTLS || !s.Hello || s.SNI != harness.RightName || s.Version != "1.3" {
		t.Errorf("it recorded %+v", s)
	}
	if s.Ended != connection.FromServer || s.End != connection.EndClosed || s.CanarySeen() != 0 || s.Client != conn.LocalAddr().String() {
		t.Errorf("it recorded %+v", s)
	}
}

func TestTapSeesACanaryInPlaintext(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	go func() { _, _ = io.Copy(theirs, theirs) }() // it says everything again
	tap := NewTap(ours, Options{Canary: []byte("canary")})
	for _, piece := range []string{"can", "ary"} {
		go func() { _, _ = io.WriteString(tap, piece) }()
		_, _ = io.ReadFull(tap, make([]byte, 3))
	}
	_ = tap.Close()
	if s := tap.Transcript(); s.CanarySeen() != 2 || s.Ended != connection.FromClient {
		t.Errorf("it recorded %+v", s)
	}
}
