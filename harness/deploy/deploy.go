// Package deploy is the seam between a claim and how its server runs: a
// Provider starts servers, a Deployment is one of them.
package deploy

import (
	"context"
	"fmt"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// Spec says what to deploy.
type Spec struct {
	Name         string // unique within the run; names folders, buckets and root paths
	Server       harness.Server
	Topology     harness.Topology
	Change       harness.ConfigChange // zero for the topology as it is
	Files        pki.ServerFiles
	Odd          Odd           // the component that is configured otherwise; zero for none
	CustomConfig *CustomConfig // how somebody else describes the server; nil for what the topology configures

	// Settings is the server whose stock milvus.yaml the configuration starts
	// from; nil for Server's own. Everything else of the stock is Server's.
	Settings *harness.Server

	// Followed says that another server takes this one's place. A server that is
	// killed leaves sessions in etcd, which the next one waits out.
	Followed bool

	// RouteThrough gives the address at which the server is to find a backend, of
	// which it is told where that is; nil for the backend's own. A provider that
	// cannot send its servers by another way leaves it uncalled.
	RouteThrough func(backend harness.Port, at string) (string, error)
}

// Route sends a server to a backend by way of Through, where there is one. An
// empty address, of a backend that the server does not use, stays empty.
func (s Spec) Route(backend harness.Port, at string) (string, error) {
	if s.RouteThrough == nil || at == "" {
		return at, nil
	}
	return s.RouteThrough(backend, at)
}

// CustomConfig is a server as a manifest or a page describes it: the topology then
// says how clients come in, and nothing of how the server is configured. A
// provider gives the server its own etcd, object store and log, and ports of
// its own where these say which listeners there are.
type CustomConfig struct {
	Config  []byte          // merged over the stock milvus.yaml before the start
	User    []byte          // user.yaml beside milvus.yaml, for the release to merge or not; nil for none
	Mounts  []Mount         // what the server sees where
	Shipped pki.ServerFiles // what lies where the stock milvus.yaml's certificate paths lead
	Names   []string        // one of these must stand in the reason of a server that ends over it

	// OwnPorts lets the server listen where the configuration says, and where
	// Milvus does by itself, for clients that somebody else wrote.
	OwnPorts bool
}

// A Mount is a folder or a file that the server sees at a path of its own.
type Mount struct {
	From string // on this machine
	At   string // the path that the server sees it at; one that is not absolute is below its working directory
}

// A Provider starts servers.
type Provider interface {
	// Name is the provider's name in results: process, docker, remote, standin.
	Name() string
	// Capabilities are what the provider can do besides.
	Capabilities() ProviderCapabilities
	// Deploy starts a server and returns without waiting for it to be ready. A
	// server that ends at once is a Deployment whose Exited is closed; an error
	// means that nothing was started.
	Deploy(ctx context.Context, s Spec) (Deployment, error)
	// Close ends everything that the provider started for itself.
	Close() error
}

// A Running is something that was started, a server or what it keeps its data
// in, and that may end by itself.
type Running interface {
	// Exited is closed when it has ended by itself or was stopped.
	Exited() <-chan struct{}
	// Status is the exit status once Exited is closed: 128 plus the signal's
	// number where a signal ended the server.
	Status() int
	// Log gives what it has logged from a byte offset on, and the offset after
	// it. An offset of -1 gives nothing and the present end.
	Log(offset int64) ([]byte, int64, error)
}

// A Deployment is one started server.
type Deployment interface {
	Running
	// Capabilities are what it can do besides.
	Capabilities() Capabilities
	// Addr gives the address of a port, as host:port. It is given for ports
	// that the topology leaves closed as well.
	Addr(p harness.Port) string
	// Where tells a person where to look: the server's folder.
	Where() string
	// Stop ends the server and removes what it leaves. It may be called twice.
	Stop() error
}

// How often is looked: at readiness, where each check is a handshake that costs
// the booting server about as much as it costs us, and at a log.
const (
	pollReady = 200 * time.Millisecond
	pollLog   = 10 * time.Millisecond
)

// Became is what became of a server that was waited for.
type Became struct {
	Ready   bool
	Exited  bool    // it ended by itself
	Status  int     // with this status
	Seconds float64 // until then
}

// Await waits until one call of ready succeeds, what was started ends, or the
// bound is over, and says which. An open port proves nothing: a real 2.3.5 listens
// before it serves, and its health address is green about a second too early.
func Await(ctx context.Context, r Running, ready func(context.Context) error, bound time.Duration) Became {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	// What has ended is not waited for: a connection to a container that is gone
	// is refused by nobody, and was seen to hang for a minute.
	check, over := context.WithCancel(ctx)
	defer over()
	go func() {
		select {
		case <-r.Exited():
			over()
		case <-check.Done():
		}
	}()
	poll := time.NewTicker(pollReady)
	defer poll.Stop()
	for {
		if ready(check) == nil {
			return Became{Ready: true, Seconds: time.Since(began).Seconds()}
		}
		select {
		case <-r.Exited():
		case <-ctx.Done():
		case <-poll.C:
			continue
		}
		// Where the end and the bound have both come, the end is what counts.
		select {
		case <-r.Exited():
			return Became{Exited: true, Status: r.Status(), Seconds: time.Since(began).Seconds()}
		default:
			return Became{Seconds: time.Since(began).Seconds()}
		}
	}
}

// AwaitLog waits until match finds something in what was logged from
// offset on, and returns what it found, or "" when the bound is over.
func AwaitLog(ctx context.Context, r Running, offset int64, match func([]byte) string, bound time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	poll := time.NewTicker(pollLog)
	defer poll.Stop()
	for over := false; ; {
		text, _, err := r.Log(offset)
		if err != nil {
			return "", fmt.Errorf("read server log: %w", err)
		}
		line := match(text)
		if line != "" || over {
			return line, nil
		}
		select {
		case <-ctx.Done():
			over = true // and look once more: the line may have come since
		case <-poll.C:
		}
	}
}
