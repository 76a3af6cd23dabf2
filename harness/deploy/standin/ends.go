package standin

import (
	"net"
	"sync"
	"time"
)

// Ends makes servers end by themselves in the midst of being judged, as real ones do
// that lose their session in etcd, each in its own way.
type Ends struct {
	Which  func(name string) bool // which servers do, by their names; nil for every one
	After  int                    // connections to gRPC and REST that they accept before that
	Status int                    // the exit status
	Leaves time.Duration          // how long the process is still there; REST's port is closed at once, and gRPC's after half of it
	Says   string                 // the log line before that
	Hangs  bool                   // the process stays and answers no new client
}

// End has the provider's servers end, those that run already too.
func (p *Provider) End(e Ends) {
	p.ends.Store(&e)
}

// A demise is how one server ends, where it does.
type demise struct {
	d    *deployment
	name string

	mu    sync.Mutex
	rest  []net.Listener
	grpc  []net.Listener
	conns []net.Conn
	began bool
}

// due returns how the server ends, and whether it is time after so many connections.
func (x *demise) due(conns int) (Ends, bool) {
	ends := x.d.provider.ends.Load()
	if ends == nil || ends.After == 0 || conns < ends.After || ends.Which != nil && !ends.Which(x.name) {
		return Ends{}, false
	}
	return *ends, true
}

func (x *demise) at(d *frontDoor, l net.Listener) net.Listener {
	if d.inner {
		return l
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if d.grpc {
		x.grpc = append(x.grpc, l)
	} else {
		x.rest = append(x.rest, l)
	}
	return &counting{Listener: l, of: x}
}

type counting struct {
	net.Listener
	of *demise
}

// Accept returns the next client, as long as the server is there for clients.
func (l *counting) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil || l.of.admits(c) {
			return c, err
		}
	}
}

// admits counts a client, and ends the server when it is time. A client who comes
// then and later is left without an answer where the server hangs.
func (x *demise) admits(c net.Conn) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.conns = append(x.conns, c)
	ends, due := x.due(len(x.conns))
	if !due {
		return true
	}
	if !x.began {
		x.began = true
		x.begin(ends)
	}
	return !ends.Hangs
}

func (x *demise) begin(ends Ends) {
	if ends.Says != "" {
		x.d.log.printf("%s", ends.Says)
	}
	over := func() { x.over(ends.Status) }
	switch {
	case ends.Hangs:
	case ends.Leaves == 0:
		over()
	default:
		closeAll(x.rest)
		x.after(ends.Leaves/2, func() { closeAll(x.grpc) })
		x.after(ends.Leaves, over)
	}
}

// after does something later, with the lock.
func (x *demise) after(d time.Duration, do func()) {
	time.AfterFunc(d, func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		do()
	})
}

func (x *demise) over(status int) {
	x.d.end(int64(status))
	closeAll(x.rest)
	closeAll(x.grpc)
	closeAll(x.conns)
}

// stop closes what a server that hangs has left open.
func (x *demise) stop() {
	x.mu.Lock()
	defer x.mu.Unlock()
	closeAll(x.conns)
}

func closeAll[C interface{ Close() error }](all []C) {
	for _, c := range all {
		_ = c.Close()
	}
}
