package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/connection"
)

// Nothing of a relay stays, whatever its connections are at.
func TestNothingOfARelayStays(t *testing.T) {
	before := runtime.NumGoroutine()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r, err := NewRelay(apart(), l.Addr().String(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	silent, half, busy, gone := dial(t, r.Addr()), dial(t, r.Addr()), dial(t, r.Addr()), dial(t, r.Addr())
	_ = half.CloseWrite()
	_ = gone.SetLinger(0)
	_ = gone.Close()
	_, _ = busy.Write(make([]byte, 1<<16)) // to a server that reads nothing
	settled(t, func() bool {
		all := r.Transcripts()
		return len(all) == 4 && slices.ContainsFunc(all, func(t connection.Transcript) bool { return t.End == connection.EndClosed })
	})
	r.Close()
	for _, c := range []net.Conn{silent, half} {
		if _, err := io.ReadAll(c); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("a client is left with %v", err)
		}
	}
	for _, got := range r.Transcripts() {
		if got.Open || got.Ended == "" {
			t.Errorf("after the end it is told %+v", got)
		}
	}
	settled(t, func() bool { return runtime.NumGoroutine() <= before })
	if again, err := NewRelay(r.Addr(), "127.0.0.1:1", Options{}); err != nil {
		t.Errorf("its port is still taken: %v", err)
	} else {
		again.Close()
	}
}

// A server that takes no more connections holds up one dial, and that not long.
func TestServerThatTakesNobody(t *testing.T) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	unix.CloseOnExec(fd)
	defer func() { _ = unix.Close(fd) }()
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	at := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: name.(*unix.SockaddrInet4).Port}
	for patience := ample; err == nil; patience = 100 * time.Millisecond { // until its queue, which has room for one, is full
		var c net.Conn
		if c, err = net.DialTimeout("tcp", at.String(), patience); err == nil {
			defer c.Close()
		}
	}
	r := relayTo(t, at.String(), Options{Bound: 50 * time.Millisecond})
	c := dial(t, r.Addr())
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client sees %v", err)
	}
	if got := theOne(t, r); got.End != connection.EndTimeout || got.Hello || got.Seconds > 5 {
		t.Errorf("it is told %+v", got)
	}
}

// What a client sends, a server that does not understand it gets as it is, and
// little of it is kept.
func TestRelayOfGarbage(t *testing.T) {
	t.Parallel()
	for name, sent := range map[string][]byte{
		"a ClientHello of 16 MB": inRecords(handshaken(clientHello, strings.Repeat("a", 1<<24-1))),
		"records of no length":   bytes.Repeat([]byte{22, 3, 1, 0, 0}, 1<<20),
		"alerts":                 bytes.Repeat([]byte{21, 3, 1, 0, 2, 1, 0, 21, 3, 1, 0, 2, 1, 1}, 1<<18),
		"an absurd length":       append([]byte{22, 3, 1, 255, 255}, make([]byte, 1<<20)...),
		"frames of no length":    append([]byte(preface), make([]byte, 9<<18)...),
		"HTTP/1 without an end":  append([]byte("GET /"), bytes.Repeat([]byte{'a'}, 1<<22)...),
		"no protocol":            make([]byte, 1<<22),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := make(chan []byte, 1)
			r := relayTo(t, serving(t, func(c *net.TCPConn) { all, _ := io.ReadAll(c); got <- all }), Options{})
			c := dial(t, r.Addr())
			if _, err := c.Write(sent); err != nil {
				t.Fatal(err)
			}
			_ = c.CloseWrite()
			if _, err := io.ReadAll(c); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(<-got, sent) {
				t.Error("something else comes to the server")
			}
			told := theOne(t, r)
			size := 0
			for _, line := range told.Lines() {
				size += len(line)
			}
			if told.ToServer != int64(len(sent)) || len(told.Events) > 65 || size > 1<<14 {
				t.Errorf("%d bytes are told of in %d events of %d bytes", told.ToServer, len(told.Events), size)
			}
		})
	}
}

// inRecords returns the bytes of handshake messages in TLS records.
func inRecords(text string) []byte {
	var all []byte
	for len(text) > 0 {
		n := min(1<<14, len(text))
		all = append(all, recorded(handshakeRecord, text[:n])...)
		text = text[n:]
	}
	return all
}

// Of more connections than are kept, bytes and canaries are still counted, while
// they are open and after that.
func TestConnectionsPastTheBoundAreFolded(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serving(t, func(c *net.TCPConn) { _, _ = io.Copy(c, c) }), Options{Connections: 2, Canary: []byte("canary")})
	for range 4 {
		c := dial(t, r.Addr())
		_, _ = c.Write([]byte("canary"))
		_ = c.CloseWrite()
		_, _ = io.ReadAll(c)
	}
	c := dial(t, r.Addr())
	_, _ = c.Write([]byte("canary"))
	if _, err := io.ReadFull(c, make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	all := r.Transcripts()
	if len(all) != 3 {
		t.Fatalf("there are %d transcripts", len(all))
	}
	got := all[2]
	matches(t, got, "recorder: 3 further connections, of which only the totals are kept")
	if *got.Canary != (connection.Canary{ToServer: 3, ToClient: 3}) || got.Folded != 3 || got.ToServer != 18 || got.ToClient != 18 || !got.Open {
		t.Errorf("they are folded into %+v", got)
	}
}

// Transcripts may be read while a connection goes on, and never wait for it.
func TestTranscriptsWhileItGoesOn(t *testing.T) {
	t.Parallel()
	r := relayTo(t, serving(t, func(c *net.TCPConn) { _, _ = io.Copy(c, c) }), Options{Canary: []byte("canary")})
	c := dial(t, r.Addr())
	var both sync.WaitGroup
	both.Go(func() {
		for range 64 {
			_, _ = c.Write(recordedMass[:1<<16])
		}
		_ = c.CloseWrite()
	})
	both.Go(func() { _, _ = io.Copy(io.Discard, c) })
	for last := int64(0); ; {
		if all := r.Transcripts(); len(all) == 1 {
			if all[0].ToServer < last {
				t.Fatalf("after %d bytes there are %d", last, all[0].ToServer)
			}
			if last = all[0].ToServer; !all[0].Open {
				break
			}
		}
		runtime.Gosched()
	}
	both.Wait()
	if got := theOne(t, r); got.ToServer != 64<<16 || got.ToClient != 64<<16 {
		t.Errorf("it saw %d and %d bytes", got.ToServer, got.ToClient)
	}
}
