package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// maxLine is how much of an HTTP/1 request or status line is read, in bytes.
const maxLine = 512

// line reads the first line of HTTP/1 and nothing of what follows.
func (s *stream) line(b []byte) []byte {
	end := bytes.IndexByte(b, '\n') + 1
	if end == 0 {
		end = len(b)
	}
	take := min(end, maxLine-len(s.head))
	s.head = append(s.head, b[:take]...)
	if s.head[len(s.head)-1] == '\n' || len(s.head) == maxLine {
		s.quit(spokenLine(string(s.head)))
	}
	return b[take:]
}

// spokenLine returns a request line without what may be secret, the query and what
// comes before a path, or a status line without its text.
func spokenLine(line string) string {
	words := strings.Fields(line)
	if strings.HasPrefix(line, "HTTP/") {
		return plain(words[0]) + " status " + plain(strings.Join(words[1:min(2, len(words))], "")) + " in plaintext"
	}
	version, path := "HTTP/1", ""
	if len(words) > 2 {
		version = plain(words[2])
	}
	if len(words) > 1 && strings.HasPrefix(words[1], "/") {
		path, _, _ = strings.Cut(words[1], "?")
		path = " " + plain(path)
	}
	return version + " " + words[0] + path + " in plaintext"
}

// The HTTP/2 frame types that are distinguished, and the length of a frame header in bytes, from
// RFC 9113.
const (
	frameHeader   = 9
	frameSettings = 4
	frameGoAway   = 7
)

// frame reads the header of an HTTP/2 frame.
func (s *stream) frame(b []byte) []byte {
	b, whole := s.collect(b, frameHeader)
	if !whole {
		return b
	}
	s.length = int(s.head[0])<<16 | int(s.head[1])<<8 | int(s.head[2])
	s.kind, s.head = s.head[3], s.head[:0]
	if s.kind == frameGoAway && s.length >= 8 {
		s.step = (*stream).goAway
		return b
	}
	s.pass(s.length, (*stream).frameOver)
	return b
}

func (s *stream) frameOver() { s.run("HTTP/2 frames in plaintext", frameHeader+s.length) }

// goAway reads why the side ends the connection, and passes over the rest.
func (s *stream) goAway(b []byte) []byte {
	b, whole := s.collect(b, 8)
	if !whole {
		return b
	}
	s.note(fmt.Sprintf("HTTP/2 GOAWAY in plaintext, error %d", binary.BigEndian.Uint32(s.head[4:])))
	s.head, s.step = s.head[:0], (*stream).frame
	s.pass(s.length-8, func(*stream) {})
	return b
}
