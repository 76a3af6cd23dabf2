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

// take gives n ports. Where the network is shared, all of them are held until
// the last is found, so that no two are the same.
func (p *ports) take(n int) ([]int, error) {
	taken := make([]int, n)
	if p.kind != isolate.None {
		last := int(p.last.Add(int32(n)))
		for i := range taken {
			taken[i] = firstPort + last - n + i + 1
		}
		return taken, nil
	}
	return freePorts(n)
}

// freePorts gives ports that nobody listens on now. Somebody may before they
// are used: a server that ends over that is started again with other ones.
func freePorts(n int) ([]int, error) {
	free := make([]int, n)
	for i := range free {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close()
		free[i] = l.Addr().(*net.TCPAddr).Port
	}
	return free, nil
}
