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

// firstPort is the first port of a run in its own network namespace: above the well-known ones
// and below those that the system gives to clients, so that no two listeners of the run collide.
const firstPort = 10000

// ports hands out ports for listeners.
type ports struct {
	kind  isolate.Kind
	last  atomic.Int32
	lives <-chan struct{} // closed when a server has its ports; nil: when it has lived for firstMoments
}

// firstMoments are those in which a server ends over a port that is taken.
const firstMoments = 2 * time.Second

// past returns a channel that is closed when a starting server has its ports.
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

// lastPort is the last port of a run in the machine's own network: the system gives those from
// 32768 on to others, possibly between choice and use.
const lastPort = 32767

const portChecks = 1000

// freePorts returns ports that are free now. Another program may take one before its use: a
// server that exits over that is started again with other ports.
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
