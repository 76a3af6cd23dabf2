package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"

	"milvus-tls-e2e/harness"
)

// A relay is a loopback port of one attempt's own, from which connections go on
// to the server untouched. Clients that share connections by address within a
// process (seen in pymilvus 2.6 and 3.0) share none between attempts that each
// have a relay; it sees the connections, so that a client which made none is
// not taken for served; and it shows what the client put on the wire, which a
// client in another language does not tell.
type relay struct {
	listener net.Listener
	server   string
	work     sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc

	mu    sync.Mutex
	first *passage      // the first connection, or none yet
	over  chan struct{} // closed when the first connection has ended
}

// A passage is one connection through a relay.
type passage struct {
	local   string       // the address that the server sees
	spoke   harness.Wire // what the client spoke first
	sni     string
	refused bool // the server's port refused the connection
	tls     bool // the server answered with a TLS record
	heard   bool // the server said anything at all
}

func newRelay(ctx context.Context, server string) (*relay, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for an attempt: %w", err)
	}
	r := &relay{listener: l, server: server, over: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancel(ctx)
	r.work.Go(r.accept)
	return r, nil
}

func (r *relay) port() int { return r.listener.Addr().(*net.TCPAddr).Port }

// close ends the relay and every connection through it.
func (r *relay) close() {
	r.cancel()
	_ = r.listener.Close()
	r.work.Wait()
}

// seen gives what the first connection showed so far; it reports false when
// there was none.
func (r *relay) seen() (passage, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.first == nil {
		return passage{}, false
	}
	return *r.first, true
}

// again forgets the connections so far: the next one is the first.
func (r *relay) again() {
	r.note(func() { r.first, r.over = nil, make(chan struct{}) })
}

// end gives what is closed when the first connection has ended.
func (r *relay) end() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over
}

func (r *relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return // closed at the end of the attempt
		}
		p, over := &passage{}, make(chan struct{})
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
func (r *relay) pass(client net.Conn, p *passage) {
	defer client.Close()
	server, err := (&net.Dialer{}).DialContext(r.ctx, "tcp", r.server)
	if err != nil {
		r.note(func() { p.refused = ending(err) == harness.EndDialRefused })
		return
	}
	defer server.Close()
	stop := context.AfterFunc(r.ctx, func() { _, _ = client.Close(), server.Close() })
	defer stop()
	r.note(func() { p.local = server.LocalAddr().String() })
	var both sync.WaitGroup
	both.Go(func() { r.copy(server, client, func(b []byte) { p.said(b) }) })
	both.Go(func() {
		r.copy(client, server, func(b []byte) { p.heard, p.tls = true, isTLS(b) })
	})
	both.Wait()
}

// copy carries one direction, and lets look at what comes first.
func (r *relay) copy(to, from net.Conn, look func([]byte)) {
	chunk := make([]byte, 32<<10)
	for first := true; ; first = false {
		n, err := from.Read(chunk)
		if n > 0 && first {
			r.note(func() { look(chunk[:n]) })
		}
		if n > 0 {
			if _, writing := to.Write(chunk[:n]); writing != nil {
				err = errors.Join(err, writing)
			}
		}
		if err != nil {
			break
		}
	}
	// The other side learns that no more comes. A server that refuses a client
	// does not wait for the client's own end.
	if half, can := to.(*net.TCPConn); can {
		_ = half.CloseWrite()
	}
}

// isTLS tells whether bytes begin a TLS record.
func isTLS(b []byte) bool { return len(b) > 2 && b[0] >= 20 && b[0] <= 23 && b[1] == 3 }

// said notes what a client's first bytes are. A ClientHello that comes in
// pieces leaves its server name unread.
func (p *passage) said(b []byte) {
	if !isTLS(b) {
		p.spoke = harness.WirePlain
		return
	}
	p.spoke, p.sni = harness.WireTLS, serverName(b)
}

var errRead = errors.New("the ClientHello is read")

// serverName lets crypto/tls read a ClientHello, of which it keeps nothing but
// the server name.
func serverName(hello []byte) (name string) {
	ours, theirs := net.Pipe()
	defer ours.Close()
	go func() {
		_, _ = theirs.Write(hello)
		_ = theirs.Close() // a ClientHello that is not whole has no more to come
	}()
	_ = tls.Server(ours, &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		name = h.ServerName
		return nil, errRead
	}}).Handshake() // fails on purpose
	return name
}
