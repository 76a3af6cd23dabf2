package wire

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// A stream is the parser of one direction: bytes in, cut anywhere, and events and
// facts of its conversation out. It looks at as little as it can: of a record or
// a frame that nobody reads, at its header.
type stream struct {
	talk  *conversation
	from  connection.Party
	spoke connection.Protocol // empty while that is not clear
	now   time.Duration       // of the bytes that are being read, since the conversation began
	hello bool                // a ClientHello became whole by them

	step func(*stream, []byte) []byte // reads some bytes, at least one, and gives the rest
	head []byte                       // what there is of the prefix, header or line at hand; at most maxLine bytes
	skip int                          // bytes to pass over
	then func(*stream)                // what to do after them

	kind    byte   // type of the TLS record or HTTP/2 frame at hand
	length  int    // its payload's
	left    int    // what of a handshake record's payload is still to come
	changed bool   // the side has sent ChangeCipherSpec
	sealed  bool   // the side has sent something encrypted
	message []byte // what there is of the handshake message at hand
	unread  int    // bytes of that message that are passed over
}

func (s *stream) read(b []byte) {
	for len(b) > 0 {
		if s.skip == 0 {
			b = s.step(s, b)
			continue
		}
		n := min(s.skip, len(b))
		s.skip -= n
		b = b[n:]
		if s.skip == 0 {
			s.then(s)
		}
	}
}

// pass passes over bytes and does something after them.
func (s *stream) pass(n int, then func(*stream)) {
	if s.skip, s.then = n, then; n == 0 {
		then(s)
	}
}

// collect takes bytes to the head until it has n, and gives the rest.
func (s *stream) collect(b []byte, n int) (rest []byte, whole bool) {
	take := min(n-len(s.head), len(b))
	s.head = append(s.head, b[:take]...)
	return b[take:], len(s.head) == n
}

func (s *stream) note(what string) {
	s.talk.events.add(entry{from: s.from, at: s.now, what: what, size: -1})
}

// run notes one more of something that comes often, and its size in bytes.
func (s *stream) run(what string, size int) {
	s.talk.events.add(entry{from: s.from, at: s.now, what: what, size: int64(size)})
}

// quit notes the last thing that is read of the direction.
func (s *stream) quit(why string) {
	s.note(why)
	s.giveUp()
}

// giveUp reads nothing more of the direction.
func (s *stream) giveUp() {
	s.step, s.head, s.message, s.skip, s.left = (*stream).ignore, nil, nil, 0, 0
}

func (s *stream) ignore([]byte) []byte { return nil }

// end notes what the side left unfinished.
func (s *stream) end() {
	switch {
	case s.spoke == "" && len(s.head) > 0:
		s.note(fmt.Sprintf("%d bytes of no known protocol: % x", len(s.head), s.head[:min(4, len(s.head))]))
	case s.spoke == connection.SpokeTLS && (s.skip > 0 || s.left > 0 || len(s.head) > 0 || len(s.message) > 0):
		s.note("ended within a TLS record or message")
	}
}

// What a side may begin with. Servers speak HTTP/2 without a preface.
var beginnings = func() map[string]connection.Protocol {
	m := map[string]connection.Protocol{preface: connection.SpokeHTTP2, "HTTP/1.": connection.SpokeHTTP1}
	for method := range strings.FieldsSeq("GET POST PUT HEAD DELETE OPTIONS PATCH CONNECT TRACE") {
		m[method+" "] = connection.SpokeHTTP1
	}
	for kind := byte(changeCipherSpec); kind <= heartbeat; kind++ {
		m[string([]byte{kind, 3})] = connection.SpokeTLS
	}
	return m
}()

// A server's HTTP/2 begins with a frame of few settings, on no stream: what the
// bytes of its header are.
var settings = map[int]byte{0: 0, 1: 0, 3: frameSettings, 5: 0, 6: 0, 7: 0, 8: 0}

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// detect finds out what a side speaks, by as few bytes as tell it.
func (s *stream) detect(b []byte) []byte {
	b, _ = s.collect(b, len(s.head)+1)
	as, open := guess(s.head)
	if as == "" && open {
		return b
	}
	begun := s.head
	s.head = nil
	switch s.spoke = as; as {
	case connection.SpokeTLS:
		s.step = (*stream).record
	case connection.SpokeHTTP1:
		s.step = (*stream).line
	case connection.SpokeHTTP2:
		s.step = (*stream).frame
		if s.from == connection.FromClient {
			s.note("HTTP/2 preface in plaintext")
			begun = nil
		}
	default:
		s.spoke = connection.SpokeUnknown
		s.quit(fmt.Sprintf("no known protocol: % x …", begun[:min(4, len(begun))]))
	}
	s.read(begun)
	return b
}

// guess tells what a side speaks that begins so, or else whether more bytes can
// tell.
func guess(begun []byte) (as connection.Protocol, open bool) {
	for beginning, as := range beginnings {
		if bytes.HasPrefix(begun, []byte(beginning)) {
			return as, false
		}
		open = open || strings.HasPrefix(beginning, string(begun))
	}
	for i, b := range begun[:min(len(begun), frameHeader)] {
		if want, fixed := settings[i]; fixed && b != want {
			return "", open
		}
	}
	if len(begun) >= frameHeader {
		return connection.SpokeHTTP2, false
	}
	return "", true
}
