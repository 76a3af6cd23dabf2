package standin

import (
	"context"
	"log"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"

	"google.golang.org/grpc"

	"milvus-tls-e2e/harness"
)

// A server accepts at its doors, finds out what each client speaks, makes the
// TLS handshake and passes the client on to gRPC's or REST's server.
type server struct {
	log   *logBuffer
	quiet bool // no alert to a client that is refused

	refused func(client string, err error) // logs clients that gRPC refuses
	repeats bool                           // a canary is repeated in plaintext

	grpc       *grpc.Server
	inner      *grpc.Server // of components, which know no call of a client's
	rest       *http.Server
	management []*http.Server
	toGRPC     *inlet
	toREST     *inlet
	toInner    *inlet

	context   context.Context // of every handshake; its end is the server's
	cancel    context.CancelFunc
	running   sync.WaitGroup // all goroutines but those of HTTP connections
	exchanges sync.WaitGroup // HTTP connections

	mu        sync.Mutex
	listeners []net.Listener
	conns     map[net.Conn]bool           // nil once stopped
	exchanged map[harness.Port]*frontDoor // doors of components that were replaced
}

func newServer(j *logBuffer, a *api, quiet, http2 bool) *server {
	s := &server{
		log: j, quiet: quiet, grpc: a.grpcServer(), inner: innerServer(),
		toGRPC: newInlet(), toREST: newInlet(), toInner: newInlet(), conns: map[net.Conn]bool{}, exchanged: map[harness.Port]*frontDoor{},
	}
	s.context, s.cancel = context.WithCancel(context.Background())
	s.rest = s.http(a.routes())
	s.rest.Protocols.SetHTTP2(http2)
	s.rest.Protocols.SetUnencryptedHTTP2(http2)
	s.running.Go(func() { _ = s.grpc.Serve(s.toGRPC) }) // they return when stopped
	s.running.Go(func() { _ = s.inner.Serve(s.toInner) })
	s.running.Go(func() { _ = s.rest.Serve(s.toREST) })
	return s
}

// http returns an HTTP/1.1 server whose complaints go to the journal and whose
// connections are waited for.
func (s *server) http(h http.Handler) *http.Server {
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler: h, ErrorLog: log.New(s.log, "", log.LstdFlags), ReadHeaderTimeout: patience, Protocols: protocols,
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.exchanges.Add(1)
			case http.StateClosed, http.StateHijacked:
				s.exchanges.Done()
			case http.StateActive, http.StateIdle:
			}
		},
	}
}

func (s *server) serve(d *frontDoor, l net.Listener) {
	s.listeners = append(s.listeners, l)
	s.running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed: a listener of this machine fails in no other way that a test survives
			}
			door := s.now(d)
			if c = s.keep(door, c); c != nil {
				s.running.Go(func() { s.greet(door, c) })
			}
		}
	})
}

func (s *server) manage(l net.Listener, h http.Handler) {
	managed := s.http(h)
	s.management = append(s.management, managed)
	s.running.Go(func() { _ = managed.Serve(l) })
}

// A keptConn is known to its server until it is closed.
type keptConn struct {
	net.Conn
	server *server
	door   *frontDoor
}

func (c *keptConn) Close() error {
	c.server.mu.Lock()
	delete(c.server.conns, c)
	c.server.mu.Unlock()
	return c.Conn.Close()
}

// keep remembers a connection, or closes it and gives nil where the server has
// been stopped or the door has no place left.
func (s *server) keep(d *frontDoor, c net.Conn) net.Conn {
	kept := &keptConn{Conn: c, server: s, door: d}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil || d.places > 0 && s.at(d) >= d.places {
		_ = c.Close()
		return nil
	}
	s.conns[kept] = true
	return kept
}

// at counts the connections at a door. The caller has the lock.
func (s *server) at(d *frontDoor) (n int) {
	for c := range s.conns {
		if c.(*keptConn).door == d {
			n++
		}
	}
	return n
}

// abort closes what clients may reach, without waiting.
func (s *server) abort() {
	for _, l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Lock()
	conns := slices.Collect(maps.Keys(s.conns))
	s.mu.Unlock()
	for _, c := range conns {
		_ = c.(*keptConn).Conn.Close()
	}
}

func (s *server) stop() {
	s.cancel()
	for _, l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Lock()
	conns := s.conns
	s.conns = nil
	s.mu.Unlock()
	for c := range conns {
		_ = c.(*keptConn).Conn.Close()
	}
	_, _, _ = s.toGRPC.Close(), s.toREST.Close(), s.toInner.Close()
	s.grpc.Stop()
	s.inner.Stop()
	_ = s.rest.Close()
	for _, managed := range s.management {
		_ = managed.Close()
	}
	s.running.Wait()
	s.exchanges.Wait()
}
