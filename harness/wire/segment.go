package wire

import (
	"fmt"
	"slices"
	"time"

	"github.com/gopacket/gopacket/layers"

	"milvus-tls-e2e/harness/connection"
)

// maxAhead is how much of one direction is kept that came too early, in bytes.
// On a loopback next to nothing does.
const maxAhead = 1 << 20

// A reassembler is what one side of a captured connection sends, put into order. It is
// our own and not gopacket's reassembly, which does not let go of a connection
// that was reset, takes a new one on the same ports for the old one, and does not
// tell that the receiver has acknowledged what was never captured.
type reassembler struct {
	known bool   // where it begins
	first uint32 // sequence number of its SYN
	next  uint32 // of the next byte
	ahead []segment
	held  int // bytes ahead
}

// A segment is some bytes of a half, and whether it ends with them.
type segment struct {
	seq  uint32
	data []byte
	fin  bool
}

// A sink takes a half in order.
type sink interface {
	bytes([]byte)
	gap(n int) // bytes that were missed
	fin()
}

// take hands on what comes next, and keeps what came too early.
func (h *reassembler) take(s segment, to sink) {
	if !h.known {
		h.known, h.next = true, s.seq
	}
	if early := int32(s.seq - h.next); early > 0 {
		s.data = slices.Clone(s.data)
		i, _ := slices.BinarySearchFunc(h.ahead, s, func(a, b segment) int { return int(int32(a.seq - b.seq)) })
		h.ahead = slices.Insert(h.ahead, i, s)
		if h.held += len(s.data); h.held > maxAhead {
			h.skip(h.ahead[0].seq, to)
		}
		return
	}
	h.hand(s, to)
	h.handAhead(to)
}

// hand hands on what of a segment is new; it begins no later than what is next.
func (h *reassembler) hand(s segment, to sink) {
	old := int(h.next - s.seq)
	if old > len(s.data) || old == len(s.data) && !s.fin {
		return
	}
	if data := s.data[old:]; len(data) > 0 {
		h.next += uint32(len(data))
		to.bytes(data)
	}
	if s.fin {
		h.next++
		to.fin()
	}
}

// handAhead hands on what came too early and is next now.
func (h *reassembler) handAhead(to sink) {
	for len(h.ahead) > 0 && int32(h.ahead[0].seq-h.next) <= 0 {
		s := h.ahead[0]
		h.ahead, h.held = h.ahead[1:], h.held-len(s.data)
		h.hand(s, to)
	}
}

// skip gives up what is before a place.
func (h *reassembler) skip(until uint32, to sink) {
	to.gap(int(until - h.next))
	h.next = until
	h.handAhead(to)
}

// acked learns that the receiver has everything before a place: what is not there
// has been missed.
func (h *reassembler) acked(until uint32, to sink) {
	for int32(until-h.next) > 0 {
		if len(h.ahead) > 0 && int32(until-h.ahead[0].seq) > 0 {
			h.skip(h.ahead[0].seq, to)
		} else {
			h.skip(until, to)
		}
	}
}

// A halfSink is the sink of one side's half at a time.
type halfSink struct {
	c    *captured
	who  connection.Party
	at   time.Time
	gaps int
}

func (s *halfSink) bytes(b []byte) {
	if s.c.talk.said(s.who, b, s.at) {
		s.c.talk.delivered()
	}
}

func (s *halfSink) gap(n int) {
	s.gaps++
	s.c.talk.missed(fmt.Sprintf("%d bytes from the %s were missed", n, s.who), s.at, s.who)
}

func (s *halfSink) fin() { s.c.end(s.who, connection.EndClosed, s.at) }

// take reads a segment; it gives how many gaps it showed.
func (c *captured) take(who connection.Party, tcp *layers.TCP, at time.Time) int {
	mine, theirs := &halfSink{c: c, who: who, at: at}, &halfSink{c: c, who: connection.FromServer, at: at}
	from, to := &c.client, &c.server
	if who == connection.FromServer {
		theirs.who, from, to = connection.FromClient, to, from
	}
	if tcp.SYN {
		from.known, from.first, from.next = true, tcp.Seq, tcp.Seq+1
		tcp.Seq++
	}
	if tcp.ACK && to.known && !tcp.RST {
		to.acked(tcp.Ack, theirs)
	}
	switch {
	case tcp.RST && who == connection.FromServer && c.client.known && !c.server.known:
		c.stop(connection.EndDialRefused, "nothing listens at the port", at)
	case tcp.RST:
		if len(from.ahead) > 0 {
			mine.gap(from.held)
		}
		c.end(who, connection.EndReset, at)
	case len(tcp.Payload) > 0 || tcp.FIN:
		from.take(segment{seq: tcp.Seq, data: tcp.Payload, fin: tcp.FIN}, mine)
	}
	return mine.gaps + theirs.gaps
}

// end notes that one side ends; where all of it has, the connection is over.
func (c *captured) end(who connection.Party, how connection.End, at time.Time) {
	if c.talk.end(who, how, at) {
		c.finish()
	}
}

// stop notes that the connection cannot be, or is no longer, captured.
func (c *captured) stop(how connection.End, why string, at time.Time) {
	c.talk.stop(how, why, at)
	c.finish()
}

func (c *captured) finish() {
	if !c.over {
		c.over = true
		c.client.ahead, c.server.ahead = nil, nil
		c.hop.done(c.talk)
	}
}
