package probe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// Workers are the clients in other languages: one process for each client and
// client release, started when it is first needed.
type Workers struct {
	home     string
	launches map[harness.ClientVersion]Launch

	mu      sync.Mutex
	running map[harness.ClientVersion]*starting
	closed  bool
}

type starting struct {
	done   chan struct{}
	worker *worker
	err    error
}

// NewWorkers prepares the clients that can be launched, with a folder that is
// home to each of them. Close must be called when the run is over.
func NewWorkers(home string, launches map[harness.ClientVersion]Launch) *Workers {
	return &Workers{home: home, launches: launches, running: map[harness.ClientVersion]*starting{}}
}

// Probes returns the probe of each client: those of All, and the workers'.
func (ws *Workers) Probes() map[harness.Client]Probe {
	probes := maps.Clone(All)
	for sdk := range ws.launches {
		probes[sdk.Client] = workerProbe{ws}
	}
	return probes
}

// Close ends every worker.
func (ws *Workers) Close() {
	ws.mu.Lock()
	ws.closed = true
	running := ws.running
	ws.running = map[harness.ClientVersion]*starting{}
	ws.mu.Unlock()
	for _, s := range running {
		<-s.done
		if s.worker != nil {
			s.worker.end()
		}
	}
}

// get returns a sdk's worker, starting it where there is none.
func (ws *Workers) get(ctx context.Context, sdk harness.ClientVersion) (*worker, error) {
	launch, can := ws.launches[sdk]
	if !can {
		return nil, fmt.Errorf("the client %s is not installed here", sdk)
	}
	ws.mu.Lock()
	if ws.closed {
		ws.mu.Unlock()
		return nil, errors.New("the run is over")
	}
	s := ws.running[sdk]
	if s == nil {
		s = &starting{done: make(chan struct{})}
		ws.running[sdk] = s
		go func() {
			defer close(s.done)
			s.worker, s.err = startWorker(context.WithoutCancel(ctx), ws.home, launch)
		}()
	}
	ws.mu.Unlock()
	select {
	case <-s.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.err != nil {
		ws.drop(sdk, s)
		return nil, fmt.Errorf("%s: %w", sdk, s.err)
	}
	return s.worker, nil
}

// drop has the next attempt start the sdk's worker anew.
func (ws *Workers) drop(sdk harness.ClientVersion, s *starting) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.running[sdk] == s {
		delete(ws.running, sdk)
	}
}

// replace retires a worker that hangs, or drops one that has ended.
func (ws *Workers) replace(sdk harness.ClientVersion, w *worker) {
	ws.mu.Lock()
	if s := ws.running[sdk]; s != nil && s.worker == w {
		delete(ws.running, sdk)
	}
	ws.mu.Unlock()
	w.retire()
}

type workerProbe struct{ *Workers }

// hangs is after how long a client that keeps its own time limit, the attempt's
// bound, is taken to hang. A busy machine starves a whole interpreter (seen with
// Java on two cores at a load of 30, five seconds after its own limit).
func hangs(bound time.Duration) time.Duration { return bound + max(5*time.Second, 2*bound) }

// Observe makes one attempt through a relay of its own.
func (p workerProbe) Observe(ctx context.Context, t Target) (connection.Observation, error) {
	begin := time.Now()
	sdk := harness.ClientVersion{Client: t.Attempt.Client, Release: t.Attempt.Release}
	seen := connection.Observation{Remote: t.Addr, Plaintext: t.Attempt.Transport == harness.TransportPlain, SelfReportOnly: true}
	w, err := p.get(ctx, sdk)
	if err != nil {
		return seen, err
	}
	r, err := newRelay(ctx, t.Addr)
	if err != nil {
		return seen, err
	}
	defer r.close()
	a := workerAttempt{Workers: p.Workers, sdk: sdk, worker: w, relay: r, target: t}
	if t.Attempt.ClientConfig == harness.ConfigSecond {
		held, err := a.first(ctx)
		if err != nil {
			return seen, err
		}
		defer w.release(held)
		r.again()
	}
	answer, err := a.make(ctx)
	if err != nil {
		return seen, err
	}
	seen.Seconds = time.Since(begin).Seconds()
	err = a.observe(&seen, answer)
	return seen, err
}
