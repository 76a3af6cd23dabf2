package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// sniffing captures at the loopback, or skips where that is not permitted.
func sniffing(t testing.TB, hops map[string][]uint16, o Options) *Sniffer {
	t.Helper()
	s, err := Sniff(t.Context(), "lo", hops, o)
	if errors.Is(err, ErrNotPermitted) || errors.Is(err, ErrNotLinux) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func portIn(t testing.TB, addr string) uint16 {
	t.Helper()
	at, err := netip.ParseAddrPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return at.Port()
}

// A hop is the transcripts of one hop of a sniffer.
type hop struct {
	*Sniffer
	name string
}

func (h hop) Transcripts() []connection.Transcript { return h.Sniffer.Transcripts(h.name) }

func TestSniffedTLSConnection(t *testing.T) {
	t.Parallel()
	to := serving(t, func(c *net.TCPConn) {
		conn := tls.Server(c, serverTLS(t, only(tls.VersionTLS12)))
		if _, err := io.ReadFull(conn, make([]byte, 7)); err == nil {
			_, _ = conn.Write([]byte("answer"))
			_, _ = io.Copy(io.Discard, conn)
			_, _ = io.Copy(io.Discard, c) // until the client has closed
		}
	})
	s := sniffing(t, map[string][]uint16{"internal": {portIn(t, to)}, "other": {2}}, Options{Canary: []byte("request")})
	c := dial(t, to)
	conn := tls.Client(c, clientTLS(t))
	if _, err := conn.Write([]byte("request")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	// What the client has got by now is told by now.
	if all := s.Transcripts("internal"); len(all) != 1 || !all[0].Open || !all[0].Encrypted || all[0].ALPN != "h2" {
		t.Errorf("while it is open it is told as %+v", all)
	}
	_ = conn.Close()
	got := theOne(t, hop{s, "internal"})
	matches(t, got, helloOf, hello12, theirs, keys, helloEnd, "client: ClientKeyExchange", "client"+sealed, "server"+sealed,
		"client: application data, 31 B", "server: application data, 30 B", "client: encrypted alert, 26 B", "client: closed", "server: closed")
	if got.Client != c.LocalAddr().String() || got.Server != to || got.Upstream != "" || !got.Hello || got.CanarySeen() != 0 || got.Partial {
		t.Errorf("facts %+v", got)
	}
	if s.Lost() != 0 || s.Transcripts("other") != nil && len(s.Transcripts("other")) > 0 || s.Transcripts("no such") != nil {
		t.Errorf("%d lost, and other hops tell %v", s.Lost(), s.Transcripts("other"))
	}
}

// What crosses in the clear is found, in packets of any length, and counted once.
func TestSniffedCanary(t *testing.T) {
	t.Parallel()
	for name, listen := range map[string]string{"IPv4": "127.0.0.1:0", "IPv6": "[::1]:0"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", listen)
			if err != nil {
				t.Skipf("this machine has no %s: %v", name, err)
			}
			defer l.Close()
			go func() {
				for c, err := l.Accept(); err == nil; c, err = l.Accept() {
					_, _ = io.Copy(c, c)
					_ = c.Close()
				}
			}()
			s := sniffing(t, map[string][]uint16{"store": {portIn(t, l.Addr().String())}}, Options{Canary: []byte("canary")})
			mass := strings.Repeat(strings.Repeat("x", 65530)+"canary", 64) // 4 MB
			c := dial(t, l.Addr().String())
			go func() {
				_, _ = io.WriteString(c, mass)
				for i := range "canary" {
					_, _ = io.WriteString(c, "canary"[i:i+1])
				}
				_ = c.CloseWrite()
			}()
			if back, err := io.ReadAll(c); err != nil || len(back) != len(mass)+6 {
				t.Fatalf("%d bytes come back, %v", len(back), err)
			}
			got := theOne(t, hop{s, "store"})
			if lost := s.Lost(); lost > 0 {
				t.Skipf("this machine is too slow for the capture: %d lost", lost)
			}
			if n := int64(len(mass) + 6); got.ToServer != n || got.ToClient != n || *got.Canary != (connection.Canary{ToServer: 65, ToClient: 65}) {
				t.Errorf("of %d bytes and 65 canaries it saw %d and %d, and %+v", n, got.ToServer, got.ToClient, *got.Canary)
			}
		})
	}
}

func TestSniffedEnds(t *testing.T) {
	t.Parallel()
	reset := serving(t, func(c *net.TCPConn) { _, _ = io.ReadFull(c, make([]byte, 2)); _ = c.SetLinger(0) })
	s := sniffing(t, map[string][]uint16{"reset": {portIn(t, reset)}}, Options{})
	if err := s.Watch("nobody", portIn(t, notAsked)); err != nil {
		t.Fatal(err)
	}
	c := dial(t, reset)
	_, _ = io.WriteString(c, "PR")
	if _, err := io.ReadAll(c); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client sees %v", err)
	}
	got := theOne(t, hop{s, "reset"})
	matches(t, got, "server: reset")
	if got.End != connection.EndReset || got.Ended != connection.FromServer || got.ToServer != 2 {
		t.Errorf("facts %+v", got)
	}
	if _, err := net.Dial("tcp", notAsked); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the client sees %v", err)
	}
	got = theOne(t, hop{s, "nobody"})
	matches(t, got, "recorder: nothing listens at the port")
	if got.End != connection.EndDialRefused || got.Hello {
		t.Errorf("facts %+v", got)
	}
}

// A connection from before the capture is counted and searched, and says so.
func TestSniffedFromAmidst(t *testing.T) {
	t.Parallel()
	to := serving(t, func(c *net.TCPConn) { _, _ = io.Copy(c, c) })
	s := sniffing(t, nil, Options{Canary: []byte("canary")})
	c := dial(t, to)
	echo := func(text string) {
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, len(text))); err != nil {
			t.Fatal(err)
		}
	}
	echo("canary")
	if err := s.Watch("late", portIn(t, to)); err != nil {
		t.Fatal(err)
	}
	echo("GET / HTTP/1.1\ncanary")
	_ = c.CloseWrite()
	_, _ = io.ReadAll(c)
	got := theOne(t, hop{s, "late"})
	matches(t, got, "recorder: it began before the capture", "client: closed", "server: closed")
	if !got.Partial || got.ToServer != 21 || got.CanarySeen() != 2 || got.Kind != connection.SpokeUnknown || s.Lost() != 0 {
		t.Errorf("facts %+v", got)
	}
}

// Nothing is missed while the reader is kept from reading for a while, as on a busy
// machine, however little each block of the ring then holds.
func TestSniffedThroughAStall(t *testing.T) {
	t.Parallel()
	const sent = 300
	to := serving(t, func(c *net.TCPConn) { _, _ = io.Copy(c, c) })
	s := sniffing(t, map[string][]uint16{"hop": {portIn(t, to)}}, Options{Canary: []byte("canary")})
	c := dial(t, to)
	pace := time.NewTicker(4 * time.Millisecond)
	defer pace.Stop()
	s.mu.Lock() // what the reader needs for each packet
	for range sent {
		<-pace.C
		if _, err := io.WriteString(c, "canary"); err != nil {
			t.Error(err)
		}
		if _, err := io.ReadFull(c, make([]byte, len("canary"))); err != nil {
			t.Error(err)
		}
	}
	s.mu.Unlock()
	_ = c.CloseWrite()
	_, _ = io.ReadAll(c)
	if got := theOne(t, hop{s, "hop"}); s.Lost() != 0 || got.Canary.ToServer != sent || got.Canary.ToClient != sent {
		t.Errorf("of %d canaries each way it saw %+v, and missed %d packets", sent, *got.Canary, s.Lost())
	}
}

// What crossed the loopback before there was a filter takes no room from what is
// watched, and is no loss.
func TestSniffedBesideMuchElse(t *testing.T) { // alone, since it takes a core
	much := dial(t, serving(t, func(c *net.TCPConn) { _, _ = io.Copy(io.Discard, c) }))
	go func() {
		for block := make([]byte, 1<<20); ; {
			if _, err := much.Write(block); err != nil {
				return // closed at the end of the test
			}
		}
	}()
	to := serving(t, func(c *net.TCPConn) { _, _ = io.Copy(c, c) })
	for range 5 {
		s := sniffing(t, map[string][]uint16{"hop": {portIn(t, to)}}, Options{})
		c := dial(t, to)
		_, _ = io.WriteString(c, "GET / HTTP/1.1\n")
		_ = c.CloseWrite()
		_, _ = io.ReadAll(c)
		if got := theOne(t, hop{s, "hop"}); got.Partial || s.Lost() != 0 {
			t.Fatalf("%d lost, and it is told %+v", s.Lost(), got)
		}
	}
}

func TestCapturesThatCannotBe(t *testing.T) {
	s := sniffing(t, map[string][]uint16{"one": {65001}}, Options{})
	for want, do := range map[string]func() error{
		"watch port 65001 for two: another hop has it, or it is none": func() error { return s.Watch("two", 65002, 65001) },
		"watch port 0 for one: another hop has it, or it is none":     func() error { return s.Watch("one", 0) },
		"capture at nowhere: route ip+net: no such network interface": func() error { _, err := Sniff(t.Context(), "nowhere", nil, Options{}); return err },
	} {
		if err := do(); err == nil || err.Error() != want {
			t.Errorf("it fails with %v, want %s", err, want)
		}
	}
	if err := s.Watch("two", 65002); err != nil {
		t.Errorf("a port that was refused together with another: %v", err)
	}
	var many []uint16
	for p := range uint16(3000) {
		many = append(many, p+1)
	}
	if err := s.Watch("many", many...); err == nil || s.Transcripts("many") != nil {
		t.Errorf("3000 ports: %v", err)
	}
}

func TestNothingOfACaptureStays(t *testing.T) {
	before := runtime.NumGoroutine()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	for _, end := range []func(*Sniffer){(*Sniffer).Close, func(*Sniffer) { cancel() }} {
		s, err := Sniff(ctx, "lo", map[string][]uint16{"hop": {portIn(t, l.Addr().String())}}, Options{})
		if errors.Is(err, ErrNotPermitted) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		c := dial(t, l.Addr().String())
		settled(t, func() bool { return len(s.Transcripts("hop")) == 1 })
		end(s)
		got := theOne(t, hop{s, "hop"})
		matches(t, got, "recorder: the capture was closed")
		_ = c.Close()
		if s.Close(); s.Lost() != 0 {
			t.Errorf("%d lost", s.Lost())
		}
	}
	settled(t, func() bool { return runtime.NumGoroutine() <= before })
}
