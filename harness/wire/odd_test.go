package wire

import (
	"fmt"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/connection"
)

func fromClient(text string) piece { return piece{connection.FromClient, []byte(text)} }
func fromServer(text string) piece { return piece{connection.FromServer, []byte(text)} }

// framed returns an HTTP/2 frame.
func framed(kind byte, payload string) string {
	n := len(payload)
	return string([]byte{byte(n >> 16), byte(n >> 8), byte(n), kind, 0, 0, 0, 0, 0}) + payload
}

// recorded returns a TLS record.
func recorded(kind byte, payload string) string {
	return string([]byte{kind, 3, 3, byte(len(payload) >> 8), byte(len(payload))}) + payload
}

// handshaken returns a handshake message.
func handshaken(kind byte, body string) string {
	n := len(body)
	return string([]byte{kind, byte(n >> 16), byte(n >> 8), byte(n)}) + body
}

func TestWhatIsNoHandshake(t *testing.T) {
	type spoke = connection.Protocol
	for name, tt := range map[string]struct {
		pieces   []piece
		kind     spoke
		answered spoke
		want     []string
	}{
		"nothing": {nil, connection.SpokeNothing, connection.SpokeNothing, nil},
		"HTTP/1": {
			[]piece{
				fromClient("POST /v2/vectordb/collections/list?token=s3cret HTTP/1.1\r\nAuthorization: Bearer s3cret\r\n\r\n{s3cret}"),
				fromServer("HTTP/1.1 200 OK\r\nSet-Cookie: s3cret\r\n\r\ns3cret"),
			},
			connection.SpokeHTTP1, connection.SpokeHTTP1,
			[]string{`client: HTTP/1\.1 POST /v2/vectordb/collections/list in plaintext`, `server: HTTP/1\.1 status 200 in plaintext`},
		},
		"HTTP/1 with secrets before the path": {
			[]piece{fromClient("GET http://me:s3cret@host/ HTTP/1.1\r\n")}, connection.SpokeHTTP1, connection.SpokeNothing,
			[]string{`client: HTTP/1\.1 GET in plaintext`},
		},
		"HTTP/1 without an end": {
			[]piece{fromClient("GET /" + strings.Repeat("a", 10000))}, connection.SpokeHTTP1, connection.SpokeNothing,
			[]string{`client: HTTP/1 GET "/a{99}" in plaintext`},
		},
		"HTTP/2": {
			[]piece{
				fromClient(preface + framed(frameSettings, "")), fromServer(framed(frameSettings, "")),
				fromClient(framed(1, "s3cret") + framed(0, "s3cret")), fromServer(framed(0, "s3cret")),
				fromServer(framed(frameGoAway, "\x00\x00\x00\x00\x00\x00\x00\x02s3cret")), fromServer(framed(0, "")),
			},
			connection.SpokeHTTP2, connection.SpokeHTTP2,
			[]string{
				"client: HTTP/2 preface in plaintext", "client: HTTP/2 frames in plaintext ×3, 39 B", "server: HTTP/2 frames in plaintext ×2, 24 B",
				"server: HTTP/2 GOAWAY in plaintext, error 2", "server: HTTP/2 frames in plaintext, 9 B",
			},
		},
		"plaintext to a server that wants TLS": {
			[]piece{fromClient(preface), fromServer(recorded(alertRecord, "\x02\x2a"))}, connection.SpokeHTTP2, connection.SpokeTLS,
			[]string{"client: HTTP/2 preface in plaintext", "server: alert 42 bad certificate"},
		},
		"something else": {
			[]piece{fromClient("\x00\x01\x02\x03\x04"), fromServer("s3cret")}, connection.SpokeUnknown, connection.SpokeUnknown,
			[]string{"client: no known protocol: 00 01 …", "server: no known protocol: 73 …"},
		},
		"too little to tell": {
			[]piece{fromClient("PRI"), fromServer("\x16")}, connection.SpokeUnknown, connection.SpokeUnknown,
			[]string{"client: 3 bytes of no known protocol: 50 52 49", "client: closed", "server: 1 bytes of no known protocol: 16", "server: closed"},
		},
		"garbage after a record": {
			[]piece{fromClient(recorded(alertRecord, "\x01\x00") + "HTTP/1.1" + recorded(alertRecord, "\x02\x2a"))},
			connection.SpokeTLS, connection.SpokeNothing,
			[]string{"client: alert 0 close notify", "client: no TLS record where one is due: 48 54 54 50 2f …"},
		},
		"a record of an absurd length": {
			[]piece{fromClient("\x16\x03\x01\xff\xff" + strings.Repeat("a", 70000))}, connection.SpokeTLS, connection.SpokeNothing,
			[]string{"client: TLS record of 65535 bytes, more than TLS allows"},
		},
		"alerts without number": {
			[]piece{fromServer(strings.Repeat(recorded(alertRecord, "\x02\x2a"), 1000))}, connection.SpokeNothing, connection.SpokeTLS,
			[]string{"server: alert 42 bad certificate ×1000"},
		},
		"alerts of odd lengths, a heartbeat and empty records": {
			[]piece{fromServer(recorded(alertRecord, "\x02") + recorded(heartbeat, "abc") + recorded(handshakeRecord, "") + recorded(applicationData, ""))},
			connection.SpokeNothing, connection.SpokeTLS,
			[]string{"server: alert record of 1 bytes, where an alert has 2", "server: heartbeat, 3 B", "server: application data, 0 B"},
		},
		"hellos that cannot be read": {
			[]piece{
				fromClient(recorded(handshakeRecord, handshaken(clientHello, "abc")+handshaken(clientHello, "")+handshaken(200, "x"))),
				fromServer(recorded(handshakeRecord, handshaken(serverHello, "abc")+handshaken(clientHello, "abc")+handshaken(certificate, "x"))),
			},
			connection.SpokeTLS, connection.SpokeTLS,
			[]string{
				"client: ClientHello that cannot be read ×2", "client: handshake message of type 200",
				"server: ServerHello that cannot be read", "server: ClientHello", "server: Certificate that cannot be read",
			},
		},
		"broken off": {
			[]piece{fromClient(recorded(handshakeRecord, handshaken(clientHello, strings.Repeat("a", 300)))[:100])},
			connection.SpokeTLS, connection.SpokeNothing,
			[]string{"client: ended within a TLS record or message", "client: closed", "server: closed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(tt.pieces, Options{})
			want := tt.want
			if len(want) == 0 || want[len(want)-1] != "server: closed" {
				want = append(want, "client: closed", "server: closed")
			}
			matches(t, got, want...)
			if got.Kind != tt.kind || got.Answered != tt.answered {
				t.Errorf("it is %s and %s, want %s and %s", got.Kind, got.Answered, tt.kind, tt.answered)
			}
			if text := fmt.Sprintf("%+v", got); strings.Contains(text, "s3cret") {
				t.Errorf("a secret is in %s", text)
			}
		})
	}
}

// A ClientHello of 16 MB passes through as many records; it is told once, nothing
// of it is kept, and it counts as delivered when it has come whole.
func TestHugeClientHello(t *testing.T) {
	const length = 1<<24 - 1
	rest := []byte(handshaken(clientHello, strings.Repeat("a", length)))
	c := begun(Options{})
	for len(rest) > 0 {
		n := min(1<<14, len(rest))
		if c.said(connection.FromClient, []byte(recorded(handshakeRecord, string(rest[:n]))), epoch) != (n == len(rest)) {
			t.Fatalf("whole with %d bytes to come", len(rest)-n)
		}
		if held := held(c); held > 1<<10 {
			t.Fatalf("%d bytes are held", held)
		}
		rest = rest[n:]
	}
	matches(t, c.transcript(), "client: ClientHello of 16777215 bytes, more than the 65536 that are read")
}

// What comes after the end was not heard by anybody: it is counted, not told.
func TestNothingIsToldAfterTheEnd(t *testing.T) {
	c, hello := begun(Options{}), recorded(handshakeRecord, handshaken(certificate, "abc"))
	c.said(connection.FromClient, []byte(hello[:10]), epoch)
	c.end(connection.FromServer, connection.EndReset, epoch)
	c.said(connection.FromClient, []byte(hello[10:]+hello), epoch)
	c.end(connection.FromClient, connection.EndClosed, epoch)
	c.stop(connection.EndTimeout, "too late", epoch)
	got := c.transcript()
	matches(t, got, "server: reset")
	if got.ToServer != int64(2*len(hello)) || got.End != connection.EndReset || got.Ended != connection.FromServer || got.Open {
		t.Errorf("facts %+v", got)
	}
}

// held returns how many bytes a conversation keeps that depend on what is sent, but
// for its events.
func held(c *conversation) int {
	n := cap(c.client.stream.head) + cap(c.client.stream.message) + cap(c.server.stream.head) + cap(c.server.stream.message)
	for _, s := range []side{c.client, c.server} {
		if s.find != nil {
			n += cap(s.find.tail) + cap(s.find.joint)
		}
	}
	return n
}

func TestOfManyEventsTheFirstAndTheLastAreKept(t *testing.T) {
	var pieces []piece
	for i := range 100 {
		pieces = append(pieces, fromClient(recorded(alertRecord, string([]byte{1, byte(i)}))))
	}
	got := told(pieces, Options{Events: 6})
	matches(t, got, "client: alert 0 .*", "client: alert 1 .*", "client: alert 2 .*", "recorder: 96 events are left out here",
		"client: alert 99 .*", "client: closed", "server: closed")
	if got.More != 96 {
		t.Errorf("%d events are said to be left out", got.More)
	}
	if a := got.Events[4].Alert; a == nil || a.Code != 99 {
		t.Errorf("the alert is %v", a)
	}
}
