package process

import (
	"fmt"
	"net"
	"sync/atomic"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// firstPort is where a run in a network namespace of its own counts its ports
// from: above the well-known ones, below those that the system hands out to
// clients, so that no two of the run's listeners ever meet.
const firstPort = 10000

// ports hands out ports for listeners.
type ports struct {
	kind isolate.Kind
	last atomic.Int32
}

func (p *ports) take() (int, error) {
	if p.kind == isolate.None {
		return freePort()
	}
	return firstPort + int(p.last.Add(1)), nil
}

func (p *ports) takeMany(n int) ([]int, error) {
	taken := make([]int, n)
	for i := range taken {
		var err error
		if taken[i], err = p.take(); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// freePort gives a port that nobody listens on now. Somebody may before it is
// used: a server that ends over that is started again with other ports.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
