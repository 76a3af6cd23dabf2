package probe

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"milvus-tls-e2e/harness"
)

// frames returns HTTP/2 frames as a server would send them.
func frames(t *testing.T, write func(*http2.Framer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(http2.NewFramer(&out, nil)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// headersFrame returns an answer of headers alone.
func headersFrame(t *testing.T, nameAndValue ...string) []byte {
	t.Helper()
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for i := 0; i < len(nameAndValue); i += 2 {
		if err := encoder.WriteField(hpack.HeaderField{Name: nameAndValue[i], Value: nameAndValue[i+1]}); err != nil {
			t.Fatal(err)
		}
	}
	return []byte(frames(t, func(f *http2.Framer) error {
		return f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndStream: true, EndHeaders: true})
	}))
}

// endlessly repeats a text until the client goes.
func endlessly(start, text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1<<16))
		for _, err := io.WriteString(c, start); err == nil; _, err = io.WriteString(c, text) {
		}
	}
}

// garbage is what no server should answer.
func garbage(t *testing.T) map[string]func(net.Conn) {
	settings := frames(t, func(f *http2.Framer) error { return f.WriteSettings() })
	data := frames(t, func(f *http2.Framer) error { return f.WriteData(1, false, make([]byte, 1<<14)) })
	return map[string]func(net.Conn){
		"zeros":                says(strings.Repeat("\x00", 1<<16)),
		"ones":                 says(strings.Repeat("\xff", 1<<16)),
		"handshake record":     says("\x16\x03\x03\x00\x04\x63\x00\x00\x00"),
		"alert of a record":    says("\x15\x03\x03\xff\xff"),
		"HTTP/1.1 of no kind":  says("HTTP/1.1 abc\r\n\r\n"),
		"HTTP/1.1 and no body": says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
		"HTTP/1.1 without end": says("HTTP/1.1 200 OK\r\n"),
		"wrong chunks":         says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
		"frame too large":      says(settings + "\xff\xff\xff\x00\x00\x00\x00\x00\x01"),
		"frame without end":    says(settings + "\x00\x40\x00\x00\x00\x00\x00\x00\x01half"),
		"torn frame":           closingAfter(settings + "\x00\x40\x00\x00\x00\x00\x00\x00\x01half"),
		"torn head of a frame": closingAfter("\x00\x40"),
		"headers not HPACK":    says(settings + "\x00\x00\x04\x01\x05\x00\x00\x00\x01\xff\xff\xff\xff"),
		"grpc-status no value": says(settings + string(headersFrame(t, ":status", "200", "grpc-status", "zero"))),
		"OK and no message":    says(settings + string(headersFrame(t, ":status", "200", "grpc-status", "0"))),
		"endless settings":     endlessly("", settings),
		"endless data":         endlessly(settings, data),
		"endless headers":      endlessly("HTTP/1.1 200 OK\r\n", strings.Repeat("X-More: and more\r\n", 1000)),
		"endless body":         endlessly("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("more", 1000)),
	}
}

// TestRawSurvivesGarbage wants no more than an end within the bound and no
// success: what garbage means is nobody's claim. All is answered at once,
// because many an end is the bound's.
func TestRawSurvivesGarbage(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	meet := func(name string, topology harness.Topology, port harness.Port, speak func(net.Conn)) {
		target := aim(t, serve(t, speak), topology, harness.Attempt{Client: harness.Raw, Port: port})
		target.Bound = brief
		all.Go(func() {
			o := observe(t, target)
			if got := o.Outcome(); got == harness.Served || !got.Valid() {
				t.Errorf("%s at %s of %s: it was %s: %+v", name, port, topology.Name, got, o)
			}
		})
	}
	for name, speak := range garbage(t) {
		for _, port := range bothPorts {
			meet(name, plain, port, speak)
			meet(name, oneWay, port, overTLS(serverTLS(t), speak))
		}
		meet(name+" instead of a handshake", oneWay, harness.GRPC, speak)
	}
	all.Wait()
}
