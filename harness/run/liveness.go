package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/probe"
)

// liveness tells whether a server was still there after it was observed. What is
// observed of one that is coming to its end is nothing that it does: it closes its
// ports one after the other, answers with errors or not at all, and only then its
// process ends. (A 2.3.5 without its session in etcd did so for longer than a minute.)
type liveness struct {
	c      *cell
	d      deploy.Deployment
	ways   []harness.Attempt // in which it is asked for data; nil where it is not
	open   []harness.Port    // where it accepted connections when it was ready
	health bool              // its health address said then that it is well
	offset int64             // of its log

	living   context.Context // of what is done with the server; it ends with it
	watching sync.WaitGroup
	over     chan struct{}
	once     sync.Once
}

// watch begins to watch a server that was started, and is done with starting, for as
// long as the context lasts. When the server ends, end is called with its ending.
func (c *cell) watch(ctx context.Context, end context.CancelCauseFunc, d deploy.Deployment, boot start.Facts, started launch) *liveness {
	if d == nil || boot.Exited {
		return nil
	}
	l := &liveness{c: c, d: d, living: ctx, over: make(chan struct{})}
	if boot.Ready && !c.topology.Attached {
		l.ways = started.ways()
	}
	if boot.Ready {
		l.open = l.accepting(ctx)
	}
	l.health = len(l.ways) > 0 && slices.Contains(l.open, harness.Management) && l.healthy(ctx) == nil
	if line, _ := l.announced(c.logged); line != "" {
		end(&ending{line: line})
	}
	_, l.offset, _ = d.Log(-1) // a log that cannot be read is told of by who needs it
	l.watching.Go(func() {
		if e := l.await(ctx); e != nil {
			end(e)
		}
	})
	return l
}

// close ends the watch: from then on the server may end.
func (l *liveness) close() {
	if l == nil {
		return
	}
	l.once.Do(func() { close(l.over) })
	l.watching.Wait()
}

// pollEnding is how often a server's log is looked at for what it says before it
// ends, each time only at what has come since.
const pollEnding = time.Second

// await waits for the server's end, until nobody needs to know.
func (l *liveness) await(ctx context.Context) *ending {
	poll := time.NewTicker(pollEnding)
	defer poll.Stop()
	for offset := l.offset; ; {
		select {
		case <-l.d.Exited():
			return endingOf(l.d, l.offset)
		case <-ctx.Done():
			return nil
		case <-l.over:
			return nil
		case <-poll.C:
		}
		line, next := l.announced(offset)
		if line != "" {
			return &ending{line: line}
		}
		offset = next
	}
}

// announced returns the line in which the server says that it is going to end, and
// where in its log to look from next. The log of a deployment that somebody relies
// on may be that of several servers.
func (l *liveness) announced(offset int64) (line string, next int64) {
	text, _, err := l.d.Log(offset)
	if err != nil || l.c.topology.Attached {
		return "", offset
	}
	return milvus.Ending(text), offset + int64(bytes.LastIndexByte(text, '\n')+1) // a line may not have ended
}

// confirm waits until the server has answered once more, and gives nil; or until it
// has ended or the bound is over, and says which. Whatever was observed before it was
// called was observed of a server that was there. A server that had ended at its
// start has nothing to confirm.
func (l *liveness) confirm(ctx context.Context) error {
	if l == nil {
		return nil
	}
	var e *ending
	if errors.As(context.Cause(l.living), &e) {
		return l.settled(ctx, e)
	}
	var last error
	boot := deploy.Await(ctx, l.d, func(ctx context.Context) error {
		err := l.answers(ctx)
		if errors.As(err, &e) {
			return nil // it needs no more looking
		}
		// A check that was broken off shows nothing. What it waited for may know of the
		// deadline before the context says so.
		deadline, bounded := ctx.Deadline()
		if last == nil || err == nil || ctx.Err() == nil && (!bounded || time.Now().Before(deadline)) {
			last = err
		}
		return err
	}, l.c.Bounds.Alive)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case boot.Exited:
		return endingOf(l.d, l.offset)
	case e != nil:
		return l.settled(ctx, e)
	case last != nil:
		return stopped{last}
	}
	return nil
}

// endBound is how long a server that says that it ends is waited for, to know its
// status. One that takes longer has ended all the same.
const endBound = 15 * time.Second

// settled waits until a server that is ending has ended.
func (l *liveness) settled(ctx context.Context, e *ending) error {
	if e.exited {
		return e
	}
	bound := time.NewTimer(endBound)
	defer bound.Stop()
	select {
	case <-l.d.Exited():
		return endingOf(l.d, l.offset)
	case <-bound.C:
	case <-ctx.Done():
	}
	return e
}

// answers looks once whether the server is as it was: whether its log says
// otherwise, whether it answers a call for data, whether its ports are open, and
// whether its health address says so. The log comes last: a server that has said
// that it ends may still have answered the call.
func (l *liveness) answers(ctx context.Context) error {
	if len(l.ways) > 0 {
		if err := l.c.ready(ctx, l.d, l.ways); err != nil {
			return err
		}
	}
	for _, p := range l.open {
		if err := l.accepts(ctx, p); err != nil {
			return fmt.Errorf("nothing listens any more at %s, %s", p, l.d.Addr(p))
		}
	}
	if l.health {
		if err := l.healthy(ctx); err != nil {
			return err
		}
	}
	if line, _ := l.announced(l.offset); line != "" {
		return &ending{line: line}
	}
	return nil
}

// accepting returns the ports at which the server accepts connections. At a deployment
// that was there before, whoever met it was answered at gRPC's.
func (l *liveness) accepting(ctx context.Context) (open []harness.Port) {
	ports, seen := []harness.Port{harness.GRPC, harness.HTTP, harness.Management}, map[string]bool{}
	if l.c.topology.Internal != harness.InternalOff {
		ports = append(ports, l.c.offers.InternalPortsOf()...)
	}
	for _, p := range ports {
		at := l.d.Addr(p)
		met := l.c.topology.Attached && p == harness.GRPC
		if at != "" && !seen[at] && (met || l.accepts(ctx, p) == nil) {
			open = append(open, p)
		}
		seen[at] = true
	}
	return open
}

// gone tells of an observation in which nobody listened at a port where somebody
// did when the server was ready: it was made of a server that was not there.
func (l *liveness) gone(p harness.Port, o *connection.Observation) error {
	if l == nil || o.End != connection.EndDialRefused || !slices.Contains(l.open, p) {
		return nil
	}
	return stopped{fmt.Errorf("nothing listens any more at %s, %s", p, l.d.Addr(p))}
}

// dialBound is how long a connection to a server may take, and an answer of its
// health address.
const dialBound = 5 * time.Second

// accepts reports whether somebody listens at a port.
func (l *liveness) accepts(ctx context.Context, p harness.Port) error {
	if l.c.Pace != nil {
		if err := l.c.Pace(ctx); err != nil {
			return err
		}
	}
	conn, err := (&net.Dialer{Timeout: dialBound}).DialContext(ctx, "tcp", l.d.Addr(p))
	if err != nil {
		return err
	}
	return conn.Close()
}

// healthy asks the health address whether the server is well. (2.3.5 says that it is
// not from the moment on in which a component of it ends.)
func (l *liveness) healthy(ctx context.Context) error {
	o, err := probe.HTTPGet(ctx, probe.Target{Addr: l.d.Addr(harness.Management), Bound: dialBound}, "/healthz")
	if err == nil && o.Status != http.StatusOK {
		err = fmt.Errorf("its health address answers with status %d, which was 200", o.Status)
	}
	return err
}
