package wire

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"testing"

	"milvus-tls-e2e/harness/connection"
)

// FuzzParser: however the bytes of a conversation are cut, the same is told of
// them, what is held stays bounded, and the canary is found as often as it is
// there. The script is pieces, each after a byte that says who sends it (the
// highest bit: the server) and how long it is, 127 meaning all the rest.
func FuzzParser(f *testing.F) {
	const canary = "can"
	f.Add([]byte("\x83HTT\x03GET\x05 / HT\x85P/1.1\x08 canary\r\n"), uint8(3))
	f.Add(append([]byte{127}, preface+framed(frameGoAway, "12345678canary")...), uint8(1))
	f.Add(append([]byte{255}, recorded(handshakeRecord, handshaken(certificate, "\x00\x00\x04\x00\x00\x01x"))...), uint8(2))
	f.Add(append([]byte{127}, recorded(handshakeRecord, handshaken(200, "abc")+"\x01\xff\xff\xff"+"cancan")...), uint8(5))
	for _, pieces := range [][]piece{
		handshakes(f, clientTLS(f), serverTLS(f), 1),
		handshakes(f, clientTLS(f, as(f, "good")), serverTLS(f, mutual(f), only(tls.VersionTLS12)), 1),
		handshakes(f, clientTLS(f, curves(tls.X25519, tls.CurveP256)), serverTLS(f, curves(tls.CurveP256)), 1),
	} {
		f.Add(script(pieces), uint8(200))
	}
	f.Fuzz(func(t *testing.T, script []byte, cut uint8) {
		whole := scripted(script)
		got := told(whole, Options{Canary: []byte(canary), Events: 8})
		for _, n := range []int{1, 1 + int(cut)} {
			pieces := cutUp(whole, n)
			again := told(pieces, Options{Canary: []byte(canary), Events: 8})
			if a, b := printed(t, got), printed(t, again); a != b {
				t.Fatalf("whole: %s\nin pieces of %d: %s", a, n, b)
			}
		}
		var sent [2][]byte
		c := begun(Options{Canary: []byte(canary), Events: 8})
		for _, p := range whole {
			c.said(p.from, p.said, epoch)
			if n := held(c); n > 3*maxMessage {
				t.Fatalf("%d bytes are held", n)
			}
			if p.from == connection.FromClient {
				sent[0] = append(sent[0], p.said...)
			} else {
				sent[1] = append(sent[1], p.said...)
			}
		}
		if len(got.Events) > 9 {
			t.Fatalf("%d events are kept of 8", len(got.Events))
		}
		want := connection.Canary{ToServer: bytes.Count(sent[0], []byte(canary)), ToClient: bytes.Count(sent[1], []byte(canary))}
		if *got.Canary != want {
			t.Fatalf("the canary is seen %+v, want %+v", *got.Canary, want)
		}
	})
}

// scripted returns the pieces that a script says; what one side sends in a row is
// one piece.
func scripted(script []byte) []piece {
	var pieces []piece
	for len(script) > 0 {
		from, n := connection.FromClient, int(script[0]&127)
		if script[0]&128 != 0 {
			from = connection.FromServer
		}
		script = script[1:]
		if n == 127 {
			n = len(script)
		}
		n = min(n, len(script))
		if last := len(pieces) - 1; last >= 0 && pieces[last].from == from {
			pieces[last].said = append(pieces[last].said, script[:n]...)
		} else {
			pieces = append(pieces, piece{from, bytes.Clone(script[:n])})
		}
		script = script[n:]
	}
	return pieces
}

// script is the reverse of scripted.
func script(pieces []piece) []byte {
	var script []byte
	for _, p := range cutUp(pieces, 126) {
		n := byte(len(p.said))
		if p.from == connection.FromServer {
			n |= 128
		}
		script = append(append(script, n), p.said...)
	}
	return script
}

// cutUp cuts pieces into some of at most n bytes.
func cutUp(pieces []piece, n int) []piece {
	var cut []piece
	for _, p := range pieces {
		for rest := p.said; len(rest) > 0; rest = rest[min(n, len(rest)):] {
			cut = append(cut, piece{p.from, rest[:min(n, len(rest))]})
		}
	}
	return cut
}

func printed(t *testing.T, got connection.Transcript) string {
	t.Helper()
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// FuzzSegments: however a half is cut, repeated, mixed up and lost on the way,
// what is handed on are its own bytes in their order, and gaps where it has none.
// The script is segments, each a byte for its place and one for its length (the
// highest bit of that: the receiver acknowledges its end instead).
func FuzzSegments(f *testing.F) {
	f.Add([]byte{0, 10, 10, 10, 20, 10}, uint32(0))
	f.Add([]byte{20, 10, 10, 10, 0, 10, 5, 100, 0, 255}, ^uint32(0)-15)
	f.Add([]byte{40, 10, 0, 0x80 | 30, 10, 10, 50, 0x80 | 9}, uint32(1<<31-20))
	f.Fuzz(func(t *testing.T, script []byte, start uint32) {
		h, got := reassembler{known: true, next: start}, place{t: t}
		for ; len(script) > 1; script = script[2:] {
			at, n := int(script[0]), int(script[1]&127)
			if script[1]&128 != 0 {
				h.acked(start+uint32(at+n), &got)
			} else {
				h.take(segment{seq: start + uint32(at), data: numbered(at, n)}, &got)
			}
			if h.next != start+uint32(got.at) {
				t.Fatalf("%d bytes are handed on, and what is next is byte %d", got.at, h.next-start)
			}
			held := 0
			for _, s := range h.ahead {
				held += len(s.data)
			}
			if h.held != held {
				t.Fatalf("it says that it holds %d bytes of %d", h.held, held)
			}
		}
	})
}

// A place is how far a half has been handed on.
type place struct {
	t  *testing.T
	at int
}

func (p *place) bytes(b []byte) {
	if want := numbered(p.at, len(b)); len(b) == 0 || !bytes.Equal(b, want) {
		p.t.Fatalf("at byte %d it hands on %v, want %v", p.at, b, want)
	}
	p.at += len(b)
}

func (p *place) gap(n int) {
	if n <= 0 {
		p.t.Fatalf("at byte %d it misses %d bytes", p.at, n)
	}
	p.at += n
}

func (*place) fin() {}

// numbered returns n bytes of a half from a place on, each its number.
func numbered(at, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(at + i)
	}
	return b
}
