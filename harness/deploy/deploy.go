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

// Spec is what to deploy.
type Spec struct {
	Name         string // unique within the run; names folders, buckets and root paths
	Server       harness.Server
	Topology     harness.Topology
	Change       harness.ConfigChange // zero for the topology as it is
	Files        pki.ServerFiles
	Odd          Odd           // the component that is configured otherwise; zero for none
	CustomConfig *CustomConfig // somebody else's description of the server; nil for what the topology configures

	// Settings is the server whose stock milvus.yaml the configuration starts
	// from; nil for Server's own. Everything else of the stock is Server's.
	Settings *harness.Server

	// Followed means that another server will replace this one. A killed server leaves sessions
	// in etcd that the next one has to wait for.
	Followed bool

	// RouteThrough returns the address to configure for a backend that listens at the given one;
	// nil for the backend's own address. A provider that cannot redirect its servers never calls
	// it.
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

// CustomConfig is a server as a manifest or a page describes it. The topology then describes how
// clients connect and nothing of the server's configuration. A provider supplies etcd, object
// store and log, and its own numbers for the listeners that are configured.
type CustomConfig struct {
	Config  []byte          // merged over the stock milvus.yaml before the start
	User    []byte          // user.yaml next to milvus.yaml, which some releases merge; nil for none
	Mounts  []Mount         // what the server sees where
	Shipped pki.ServerFiles // what lies where the stock milvus.yaml's certificate paths lead
	Names   []string        // one of these has to be in the reason of a server that exits over it

	// OwnPorts keeps the configured and Milvus's default ports, for clients that somebody else
	// wrote.
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
	// Capabilities are the optional parts.
	Capabilities() ProviderCapabilities
	// Deploy starts a server and returns without waiting for it to be ready. A
	// server that ends at once is a Deployment whose Exited is closed; an error
	// means that nothing was started.
	Deploy(ctx context.Context, s Spec) (Deployment, error)
	// Close ends everything that the provider started for itself.
	Close() error
}

// A Running is a started server or backend, which may exit by itself.
type Running interface {
	// Exited is closed when it has exited or was stopped.
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
	// Capabilities are the optional parts.
	Capabilities() Capabilities
	// Addr gives the address of a port, as host:port. It is given for ports
	// that the topology leaves closed as well.
	Addr(p harness.Port) string
	// Where is the server's folder, for people.
	Where() string
	// Stop ends the server and removes what it leaves. It may be called twice.
	Stop() error
}

// Polling intervals: of readiness, where each check is a handshake that costs the booting server
// about as much as the client, and of a log.
const (
	pollReady = 200 * time.Millisecond
	pollLog   = 10 * time.Millisecond
)

// Became is what became of a server that was waited for.
type Became struct {
	Ready   bool
	Exited  bool    // it exited
	Status  int     // with this status
	Seconds float64 // until then
}

// Await waits until a call of ready succeeds, the server exits, or the bound is over, and
// returns which. An open port proves nothing: a real 2.3.5 listens before it serves, and its
// health address is green about a second too early.
func Await(ctx context.Context, r Running, ready func(context.Context) error, bound time.Duration) Became {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	// Stop checking when the server has exited: a connection to a container that is gone is not
	// refused, and was seen to hang for a minute.
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
			over = true // read once more: the line may have come since
		case <-poll.C:
		}
	}
}
