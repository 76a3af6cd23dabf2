package process

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// firstPort is where a run in a network namespace of its own counts its ports
// from: above the well-known ones, below those that the system hands out to
// clients, so that no two of the run's listeners ever meet.
const firstPort = 10000

// ports hands out ports for listeners.
type ports struct {
	kind  isolate.Kind
	last  atomic.Int32
	lives <-chan struct{} // tells that a server has its ports; nil: that it has lived for firstMoments
}

// firstMoments are those in which a server ends over a port that is taken.
const firstMoments = 2 * time.Second

// past returns what tells that a server which is being started has its ports.
func (p *ports) past() <-chan struct{} {
	if p.lives != nil {
		return p.lives
	}
	past := make(chan struct{})
	time.AfterFunc(firstMoments, func() { close(past) })
	return past
}

// take returns n ports. Where the network is shared, all of them are held until
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

// lastPort is the last that a run in the machine's own network takes: the
// system gives those from 32768 on to clients and to whoever listens at any, and
// so may give one to somebody else between choice and use.
const lastPort = 32767

// portChecks is far more than it takes while most ports are free.
const portChecks = 1000

// freePorts returns ports that nobody listens on now. Somebody may before they
// are used: a server that ends over that is started again with other ones.
func freePorts(n int) ([]int, error) {
	var free []int
	for range portChecks {
		if len(free) == n {
			return free, nil
		}
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close()
		free = append(free, port)
	}
	return nil, fmt.Errorf("find a free port: nearly all of %d to %d are taken", firstPort, lastPort)
}
