package wire

import (
	"fmt"

	"milvus-tls-e2e/harness/connection"
)

// The types of TLS records, from RFC 8446 and RFC 6520.
const (
	changeCipherSpec = 20
	alertRecord      = 21
	handshakeRecord  = 22
	applicationData  = 23
	heartbeat        = 24
)

const (
	maxRecord = 1<<14 + 2048 // the longest payload that RFC 5246 allows
	// In TLS 1.3 an alert is two bytes, the byte of its type and, in all suites
	// but those with a short tag, 16 bytes of tag.
	sealedAlert = 2 + 1 + 16
)

// record reads the header of a TLS record.
func (s *stream) record(b []byte) []byte {
	b, whole := s.collect(b, 5)
	if !whole {
		return b
	}
	head := s.head
	s.head = s.head[:0]
	s.kind, s.length = head[0], int(head[3])<<8|int(head[4])
	switch encrypted := s.isSealed(); {
	case s.kind < changeCipherSpec || s.kind > heartbeat || head[1] != 3:
		s.quit(fmt.Sprintf("no TLS record where one is due: % x …", head))
	case s.length > maxRecord:
		s.quit(fmt.Sprintf("TLS record of %d bytes, more than TLS allows", s.length))
	case s.kind == alertRecord && s.length == 2 && !encrypted:
		s.step = (*stream).alert
	case s.kind == handshakeRecord && s.length > 0 && !encrypted:
		s.step, s.left = (*stream).fragment, s.length
	default:
		s.pass(s.length, (*stream).recordOver)
	}
	return b
}

// isSealed reports whether the side's handshake and alerts are encrypted. TLS 1.3
// has a ChangeCipherSpec that changes nothing.
func (s *stream) isSealed() bool { return s.changed && s.talk.facts.Version != "1.3" }

// recordOver notes a record of which only the header was read.
func (s *stream) recordOver() {
	switch s.kind {
	case changeCipherSpec:
		s.changed = true
	case alertRecord:
		if !s.isSealed() {
			s.note(fmt.Sprintf("alert record of %d bytes, where an alert has 2", s.length))
			return
		}
		s.note(fmt.Sprintf("encrypted alert, %d B", s.length))
	case handshakeRecord:
		if s.isSealed() {
			s.seal()
			s.run("encrypted handshake", s.length)
		}
	case applicationData:
		s.seal()
		if s.length == sealedAlert && s.talk.facts.Version == "1.3" {
			s.note(fmt.Sprintf("application data, %d B: the size of an encrypted alert", s.length))
			return
		}
		s.run("application data", s.length)
	case heartbeat:
		s.run("heartbeat", s.length)
	}
}

// seal notes that the side has sent something encrypted.
func (s *stream) seal() {
	s.sealed = true
	s.talk.facts.Encrypted = s.talk.client.stream.sealed && s.talk.server.stream.sealed
}

// alert reads an alert that is not encrypted.
func (s *stream) alert(b []byte) []byte {
	b, whole := s.collect(b, 2)
	if !whole {
		return b
	}
	alert := connection.AlertOf(s.head[1])
	s.head, s.step = s.head[:0], (*stream).record
	s.talk.events.add(entry{
		from: s.from, at: s.now, what: fmt.Sprintf("alert %d %s", alert.Code, alert.Name), alert: alert, size: -1,
	})
	return b
}

// fragment reads a handshake record's payload.
func (s *stream) fragment(b []byte) []byte {
	n := min(s.left, len(b))
	s.messages(b[:n])
	if s.left -= n; s.left == 0 {
		s.step = (*stream).record
	}
	return b[n:]
}
