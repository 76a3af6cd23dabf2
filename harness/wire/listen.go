package wire

import (
	"context"
	"errors"
	"net"
	"sync"
)

// Listen is net.Listen, except that for port 0 it never returns a port twice. The system reuses
// a port as soon as it is free, and clients that gave up still dial theirs: the Java and Node
// SDKs were seen to do so every few seconds, more than 25 s after they had reported a refusal.
// Such a client must not be mistaken for the next one.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	var l net.ListenConfig
	if _, port, err := net.SplitHostPort(addr); err != nil || port != "0" {
		return l.Listen(ctx, "tcp", addr)
	}
	for range maxTries {
		got, err := l.Listen(ctx, "tcp", addr)
		if err != nil {
			return nil, err
		}
		if given.first(got.Addr().(*net.TCPAddr).Port) {
			return got, nil
		}
		defer got.Close() // only now, so that the next one is another
	}
	return nil, errNoPort
}

// maxTries is far more than it takes while a few ports are still new.
const maxTries = 500

var errNoPort = errors.New("nearly every port of the loopback was used in this run: judge fewer topologies at once")

// given are the ports that Listen gave. Ports are the whole machine's, and so
// these are the whole program's.
var given ports

type ports struct {
	mu   sync.Mutex
	past map[int]bool
}

// first reports whether a port was not given before, and notes that it is now.
func (p *ports) first(port int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.past == nil {
		p.past = map[int]bool{}
	}
	was := p.past[port]
	p.past[port] = true
	return !was
}
