package wire

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// A pipe is one direction of a connection through a relay.
type pipe struct {
	talk     *conversation
	who      connection.Party // who sends
	from, to *net.TCPConn
	reverse  *pipe
	over     atomic.Bool // nothing more comes
	broken   atomic.Bool // the receiver has reset the connection
}

func newPipe(talk *conversation, who connection.Party, from, to *net.TCPConn) *pipe {
	return &pipe{talk: talk, who: who, from: from, to: to}
}

// A buffer is as long as one read gives at most.
var buffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// carry passes on what comes until there is no more, and then how it ended.
func (p *pipe) carry() {
	buffer := buffers.Get().(*[64 << 10]byte)
	defer buffers.Put(buffer)
	for {
		n, err := p.from.Read(buffer[:])
		if n > 0 && !p.pass(buffer[:n]) {
			return
		}
		if err != nil {
			p.end(err)
			return
		}
	}
}

// pass records bytes and passes them on. They are recorded first: the answer to
// them is recorded by the other pipe.
func (p *pipe) pass(b []byte) bool {
	hello := p.talk.said(p.who, b, time.Now())
	if _, err := p.to.Write(b); err != nil {
		p.refused(err)
		return false
	}
	if hello {
		p.talk.delivered()
	}
	return true
}

// end passes on how the sender ended: a close as a close, and a reset as one.
func (p *pipe) end(err error) {
	p.over.Store(true)
	switch {
	case errors.Is(err, net.ErrClosed): // by this relay
	case errors.Is(err, io.EOF) && !p.reverse.broken.Load():
		p.talk.end(p.who, connection.EndClosed, time.Now())
		_ = p.to.CloseWrite()
	default:
		p.talk.end(p.who, connection.EndReset, time.Now())
		abort(p.to)
	}
}

// refused is what there is to do when the receiver has reset the connection. What
// it sent before that may still wait to be read, an alert for one: then the
// reverse pipe resets the sender's side when it has passed that on.
func (p *pipe) refused(err error) {
	if errors.Is(err, net.ErrClosed) {
		return
	}
	p.broken.Store(true)
	if p.reverse.over.Load() {
		p.talk.end(p.reverse.who, connection.EndReset, time.Now())
		abort(p.from)
	}
}

// abort ends a connection by a reset.
func abort(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close()
}
