package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/wire"
)

// A relay is a loopback port for a single attempt that forwards connections to the server
// unchanged. SDKs that share connections by address within a process (seen in pymilvus 2.6 and
// 3.0) cannot share one between attempts, and redials of an earlier attempt do not reach it. It
// also shows whether the client connected at all, and what it sent, which clients in other
// languages do not report.
type relay struct {
	listener net.Listener
	server   string
	work     sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc

	mu    sync.Mutex
	first *relayed      // the first connection, or none yet
	over  chan struct{} // closed when the first connection has ended
}

type relayed struct {
	refused bool      // the server's port refused the connection
	tap     *wire.Tap // the relay's own connection to the server; nil before there is one
}

// said returns the transcript of the connection so far.
func (p relayed) said() connection.Transcript {
	if p.tap == nil {
		return connection.Transcript{Kind: connection.SpokeNothing, Answered: connection.SpokeNothing}
	}
	return p.tap.Transcript()
}

func (p relayed) local() string {
	if p.tap == nil {
		return ""
	}
	return p.tap.LocalAddr().String()
}

// spoke returns the protocol that the client began with; empty if it sent nothing.
func (p relayed) spoke() harness.Transport {
	switch p.said().Kind {
	case connection.SpokeNothing:
		return ""
	case connection.SpokeTLS:
		return harness.TransportTLS
	default:
		return harness.TransportPlain
	}
}

func (p relayed) isTLS() bool { return p.said().Answered == connection.SpokeTLS }

// heard reports whether the server sent anything at all.
func (p relayed) heard() bool { return p.said().ToClient > 0 }

// cutOff reports whether it was the server that ended the connection.
func (p relayed) cutOff() bool { return p.said().Ended == connection.FromServer }

// unanswered reports whether the client sent something and the server neither answered nor
// closed the connection: if it is closed now, the client gave up.
func (p relayed) unanswered() bool {
	said := p.said()
	return said.ToServer > 0 && said.ToClient == 0 && said.Ended != connection.FromServer
}

func newRelay(ctx context.Context, server string) (*relay, error) {
	l, err := wire.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for an attempt: %w", err)
	}
	r := &relay{listener: l, server: server, over: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancel(ctx)
	r.work.Go(r.accept)
	return r, nil
}

func (r *relay) port() int { return r.listener.Addr().(*net.TCPAddr).Port }

func (r *relay) close() {
	r.cancel()
	_ = r.listener.Close()
	r.work.Wait()
}

// seen returns what the first connection showed so far; it reports false when
// there was none.
func (r *relay) seen() (relayed, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.first == nil {
		return relayed{}, false
	}
	return *r.first, true
}

// again forgets the connections so far: the next one is the first.
func (r *relay) again() {
	r.note(func() { r.first, r.over = nil, make(chan struct{}) })
}

// end returns what is closed when the first connection has ended.
func (r *relay) end() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over
}

func (r *relay) open() bool {
	select {
	case <-r.end():
		return false
	default:
		return true
	}
}

// settles is how much later than the client a relay may notice that a
// connection has ended.
const settles = 250 * time.Millisecond

// ended reports whether the first connection has ended, for which it waits until
// the relay has to have noticed.
func (r *relay) ended() bool {
	soon := time.NewTimer(settles)
	defer soon.Stop()
	select {
	case <-r.end():
		return true
	case <-soon.C:
		return false
	}
}

// carries is how long a relay may take to forward what a client sent before it gave up. It is
// next to nothing, but on a busy machine the client's report may come first.
const carries = 2 * time.Second

// drain waits until what an unserved client sent has been forwarded: until there is something,
// or its connection has ended.
func (r *relay) drain() {
	bound := time.NewTimer(carries)
	defer bound.Stop()
	check := time.NewTicker(5 * time.Millisecond)
	defer check.Stop()
	for {
		if p, own := r.seen(); !own || p.said().ToServer > 0 {
			return
		}
		select {
		case <-r.end():
			return
		case <-bound.C:
			return
		case <-check.C:
		}
	}
}

func (r *relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return // closed at the end of the attempt
		}
		p, over := &relayed{}, make(chan struct{})
		r.note(func() {
			if r.first == nil {
				r.first, over = p, r.over
			}
		})
		r.work.Go(func() {
			r.pass(client, p)
			close(over)
		})
	}
}

func (r *relay) note(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

// pass carries one connection until both sides are done or the attempt is.
func (r *relay) pass(client net.Conn, p *relayed) {
	defer client.Close()
	server, err := (&net.Dialer{}).DialContext(r.ctx, "tcp", r.server)
	if err != nil {
		r.note(func() { p.refused = ending(err) == connection.EndDialRefused })
		return
	}
	tap := wire.NewTap(server, wire.Options{})
	defer func() { _ = tap.Close() }()
	stop := context.AfterFunc(r.ctx, func() { _, _ = client.Close(), tap.Close() })
	defer stop()
	r.note(func() { p.tap = tap })
	var both sync.WaitGroup
	both.Go(func() { carry(tap, client) })
	both.Go(func() { carry(client, tap) })
	both.Wait()
}

// carry carries one direction.
func carry(to, from net.Conn) {
	_, err := io.Copy(to, onlyReader{from})
	if failed := (&net.OpError{}); errors.As(err, &failed) && failed.Op == "write" {
		return // it has gone, and the other direction reports how
	}
	// The other side learns that no more comes. A server that refuses a client
	// does not wait for the client's own end.
	if half, can := to.(interface{ CloseWrite() error }); can {
		_ = half.CloseWrite()
	}
}

// An onlyReader keeps io.Copy from letting the kernel carry what is to be seen.
type onlyReader struct{ io.Reader }
