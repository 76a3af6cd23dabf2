package standin

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// The exit statuses: 128 plus SIGABRT, with which a panicking Milvus ends (seen
// on 2.3.5, 2.5.8 and 2.6.3), 128 plus SIGSEGV, and 128 plus SIGTERM.
const (
	statusPanic   = 134
	statusCrash   = 139
	statusStopped = 143
)

type deployment struct {
	cluster  cluster
	replaced replaced
	certs    *pki.CertSet
	faults   faults
	version  string

	name     string      // in its log, and what its ending is drawn by
	behavior behavior    // of its release line; the zero value is an honest server's
	ending   Ending      // of a start that fails over the proxy, where that is a race
	late     *time.Timer // ends it later; nil where nothing does
	mode     int         // of external TLS
	restless bool        // REST is off

	where   string
	given   bool             // configured by somebody else's description
	release harness.Features // of the simulated server; nil where unknown
	hsts    string           // the Strict-Transport-Security header of REST's answers; empty for none
	stuck   error            // why its components cannot reach each other
	queue   error            // why they cannot reach their message queue
	hangs   bool             // they do, and yet no schema can be changed
	sni     string           // the name that components tell each other
	next    peerComponent    // the component that the proxy notifies of new collections
	sockets map[harness.Port]*socket
	left    map[harness.Port]*socket // its ports again, once it is halted, for the one that follows
	shared  bool                     // REST has no port but gRPC's
	log     logBuffer
	server  *server // nil where the start failed
	ends    *demise

	backends []*http.Server
	ways     map[harness.Port]way // to them
	provider *Provider
	store    *store   // what it was given, or made
	took     bool     // it took over from another
	first    string   // the release that is to be upgraded to first; empty where it takes over from any
	after    string   // the release that it took over from
	returned bool     // it took over from one that took over from its own
	bare     bool     // it has a stub in its vector engine's place
	shows    material // at its ports; before the start, what the one before it showed
	tripped  bool     // it cannot start on what that one had not released

	status  atomic.Int64
	exited  chan struct{}
	over    sync.Once // closes exited
	stop    sync.Once
	stopped error
}

var _ deploy.Deployment = (*deployment)(nil)

// Capabilities lets another stand-in follow. Connections of its components go through relays
// that record them.
func (d *deployment) Capabilities() deploy.Capabilities {
	return deploy.Capabilities{
		Capture:    deploy.Cannot[string]("the components of a stand-in go through relays"),
		Succession: deploy.Can(deploy.Succession{Shutdown: d.Shutdown, Start: d.StartSuccessor}),
		Cluster:    d.clusterParts(),
	}
}

// Addr returns the address of a port. Where REST shares gRPC's, or would if the
// server had started, that is REST's too.
func (d *deployment) Addr(p harness.Port) string {
	if p == harness.HTTP && d.shared {
		p = harness.GRPC
	}
	s, ok := d.sockets[p]
	if !ok {
		return ""
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.number))
}

// has reports whether the simulated release has a feature; one of no release has all.
func (d *deployment) has(f harness.Feature) bool { return len(d.release) == 0 || d.release[f] }

func (d *deployment) Exited() <-chan struct{} { return d.exited }

func (d *deployment) Status() int { return int(d.status.Load()) }

func (d *deployment) Where() string { return d.where }

func (d *deployment) Log(offset int64) ([]byte, int64, error) {
	text, end, err := d.log.since(offset)
	if err != nil {
		return nil, 0, fmt.Errorf("read log of stand-in: %w", err)
	}
	return text, end, nil
}

func (d *deployment) end(status int64) {
	d.over.Do(func() {
		d.log.lose()
		d.status.Store(status)
		close(d.exited)
	})
}

// crash ends a running stand-in as a panic ends a server. Stop cleans up. It has ended before
// its connections have.
func (d *deployment) crash() {
	d.end(statusCrash)
	d.server.abort()
}

// fail ends a start as a panic does. Its ports stay taken, without a listener, until Stop.
func (d *deployment) fail(cause error) {
	if d.took && d.faults[FailedStartCorrupts] {
		d.store.mu.Lock()
		d.store.loseRow()
		d.store.mu.Unlock()
	}
	if d.behavior.logs != nil {
		d.failAsReal(cause)
		return
	}
	if !d.faults[DiesWithoutAReason] {
		var file *fileError
		if errors.As(cause, &file) {
			d.log.printf("[ERROR] [\"proxy can't create creds\"] [error=%q]", cause.Error())
		}
		// Go's runtime puts no time before a panic.
		_, _ = fmt.Fprintf(&d.log, "panic: %s\n", cause)
	}
	if d.faults[FailsWithStatus0] {
		d.end(0)
		return
	}
	d.end(statusPanic)
}

// Stop closes everything, waits for every goroutine and removes the folder.
func (d *deployment) Stop() error {
	d.stop.Do(func() {
		d.ends.stop()
		if d.late != nil {
			d.late.Stop()
		}
		if d.server != nil {
			d.server.stop()
		}
		d.store.rest()
		for _, b := range d.backends {
			_ = b.Close()
		}
		for port, s := range d.sockets {
			s.close()
			d.left[port].close()
		}
		d.end(statusStopped)
		if d.where != "" {
			d.stopped = os.RemoveAll(d.where)
		}
	})
	return d.stopped
}
