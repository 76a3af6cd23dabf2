package wire

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// A conversation is one connection while it is recorded. What it holds is
// bounded, whatever is sent through it: for each direction one handshake message
// of at most maxMessage bytes and a tail shorter than the canary, and one list of
// events of bounded length.
type conversation struct {
	begun  time.Time
	client side
	server side

	mu     sync.Mutex // guards what follows, and the sides but for their finders
	facts  connection.Transcript
	events list
	over   time.Time // when both sides had ended; zero: they have not
}

// A side is what one party sends.
type side struct {
	find   *finder // used by one goroutine
	bytes  int64
	seen   int  // how often the canary was
	gone   bool // it sends no more
	stream stream
}

// converse begins a conversation; started is when the recording began.
func converse(started, now time.Time, client, server string, canary *token, events int) *conversation {
	c := &conversation{begun: now, events: list{bound: events}}
	c.facts = connection.Transcript{Client: client, Server: server, Started: seconds(now.Sub(started))}
	c.client = side{find: newFinder(canary), stream: stream{talk: c, from: connection.FromClient, step: (*stream).detect}}
	c.server = side{find: newFinder(canary), stream: stream{talk: c, from: connection.FromServer, step: (*stream).detect}}
	if canary != nil {
		c.facts.Canary = &connection.Canary{}
	}
	return c
}

func (c *conversation) side(p connection.Party) *side {
	if p == connection.FromClient {
		return &c.client
	}
	return &c.server
}

// said adds the next bytes that one side sent. Each side has one goroutine. It reports whether
// they completed a ClientHello.
func (c *conversation) said(from connection.Party, b []byte, now time.Time) (hello bool) {
	s := c.side(from)
	found := s.find.search(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	s.bytes += int64(len(b))
	s.seen += found
	if !c.over.IsZero() {
		return false
	}
	s.stream.now, s.stream.hello = now.Sub(c.begun), false
	s.stream.read(b)
	return s.stream.hello
}

// delivered notes that a ClientHello has gone on to the server.
func (c *conversation) delivered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.facts.Hello = true
}

// reached notes the relay's own address towards the server.
func (c *conversation) reached(upstream string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.facts.Upstream = upstream
}

// end notes how one side ended what it sends, once: closed or reset. A reset ends
// a side that was closed, too. It reports whether the conversation is over.
func (c *conversation) end(from connection.Party, how connection.End, now time.Time) (over bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.side(from)
	if s.gone && how == connection.EndClosed || !c.over.IsZero() {
		return !c.over.IsZero()
	}
	s.gone = true
	s.stream.now = now.Sub(c.begun)
	s.stream.end()
	c.events.add(entry{from: from, at: s.stream.now, what: string(how), size: -1})
	c.ending(from, how)
	if how == connection.EndReset || c.client.gone && c.server.gone {
		c.over = now
		c.client.release()
		c.server.release()
	}
	return !c.over.IsZero()
}

// missed notes that something was missed, after which nothing of these sides can be
// read any more; what follows is still counted and searched.
func (c *conversation) missed(why string, now time.Time, from ...connection.Party) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.facts.Partial = true
	c.events.add(entry{from: connection.FromRecorder, at: now.Sub(c.begun), what: why, size: -1})
	for _, p := range from {
		s := c.side(p)
		s.stream.giveUp()
		if s.find != nil {
			s.find.tail = s.find.tail[:0]
		}
	}
}

// stop notes that the recorder ended the conversation, or saw that it cannot
// begin, and why. It does nothing where the conversation is over.
func (c *conversation) stop(how connection.End, why string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over.IsZero() {
		return
	}
	c.over = now
	c.events.add(entry{from: connection.FromRecorder, at: now.Sub(c.begun), what: why, size: -1})
	c.ending(connection.FromRecorder, how)
	c.client.release()
	c.server.release()
}

// ending keeps who ended the conversation first. The lock is held.
func (c *conversation) ending(from connection.Party, how connection.End) {
	if c.facts.Ended == "" {
		c.facts.Ended, c.facts.End = from, how
	}
}

// transcript returns the transcript so far.
func (c *conversation) transcript() connection.Transcript {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.facts
	until := c.over
	if t.Open = until.IsZero(); t.Open {
		until = time.Now()
	}
	t.Seconds = seconds(until.Sub(c.begun))
	t.Kind, t.Answered = c.client.spoke(), c.server.spoke()
	t.ToServer, t.ToClient = c.client.bytes, c.server.bytes
	if t.Canary != nil {
		t.Canary = &connection.Canary{ToServer: c.client.seen, ToClient: c.server.seen}
	}
	t.Offered = slices.Clone(t.Offered)
	t.Events, t.More = c.events.events(), c.events.more
	return t
}

// spoke returns what a side spoke first.
func (s *side) spoke() connection.Protocol {
	if s.bytes == 0 {
		return connection.SpokeNothing
	}
	return cmp.Or(s.stream.spoke, connection.SpokeUnknown)
}

// release lets go of what only a side that goes on needs.
func (s *side) release() { s.stream.head, s.stream.message = nil, nil }
