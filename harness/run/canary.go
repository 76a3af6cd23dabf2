package run

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/canary"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/wire"
)

// wireRecorder records what crosses the hops of one deployment, and what is searched
// for on them.
type wireRecorder struct {
	canary string
	sent   atomic.Int64 // numbers the collections that bear the canary

	mu        sync.Mutex
	relays    map[harness.Port]*wire.Relay // between the server and its backends, or among its components
	past      map[harness.Port]string      // where those go on to
	sniff     *wire.Sniffer                // among its components; nil where nothing is captured
	deaf      error                        // why nothing is
	queue     *wire.Sniffer                // between components and their message queue; nil where nothing is captured
	queueDeaf error                        // why nothing is
}

// newWireRecorder returns a canary that nothing else bears: 64 random bits, as a name
// that Milvus allows.
func newWireRecorder() *wireRecorder {
	var bits [8]byte
	_, _ = rand.Read(bits[:]) // never fails
	return &wireRecorder{canary: "canary" + hex.EncodeToString(bits[:]), relays: map[harness.Port]*wire.Relay{}, past: map[harness.Port]string{}}
}

// through puts a relay between the server and a backend, or in front of one of its components.
func (h *wireRecorder) through(port harness.Port, to string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r, err := wire.NewRelay("127.0.0.1:0", to, wire.Options{Canary: []byte(h.canary)})
	if err != nil {
		return "", fmt.Errorf("record the hop to %s: %w", port, err)
	}
	h.relays[port], h.past[port] = r, to
	return r.Addr(), nil
}

// around returns the address of a port for clients, which bypass the server's own relays. The
// port of another deployment has no relay.
func (h *wireRecorder) around(port harness.Port, at string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r := h.relays[port]; r != nil && r.Addr() == at {
		return h.past[port]
	}
	return at
}

// listen captures traffic between components, which use the addresses that they register and no
// relay. It begins right after the server's start, long before its components are ready.
func (h *wireRecorder) listen(ctx context.Context, d deploy.Deployment, ports []harness.Port) {
	h.mu.Lock()
	defer h.mu.Unlock()
	on, err := d.Capabilities().Capture.Get()
	if err != nil {
		h.deaf = err
		return
	}
	var numbers []uint16
	for _, p := range ports {
		if h.relays[p] != nil {
			return // a stand-in uses the relays
		}
		_, number, err := net.SplitHostPort(d.Addr(p))
		if err != nil {
			continue // the provider does not know it
		}
		if n, err := strconv.ParseUint(number, 10, 16); err == nil {
			numbers = append(numbers, uint16(n))
		}
	}
	h.sniff, h.deaf = wire.Sniff(ctx, on, map[string][]uint16{string(harness.AllInternal): numbers}, wire.Options{Canary: []byte(h.canary)})
}

// listenToQueue captures traffic to the message queue, which tells its clients its address, so
// that they leave a relay. Records are compressed there: what is searched for is how the names
// of the cluster's channels begin, which each request has as they are.
func (h *wireRecorder) listenToQueue(ctx context.Context, d deploy.Deployment) {
	h.mu.Lock()
	defer h.mu.Unlock()
	on, err := d.Capabilities().Capture.Get()
	channels := d.Capabilities().Channels
	if err == nil && channels == "" {
		err = errors.New("nobody knows how the names of its channels begin")
	}
	var n uint64
	if err == nil {
		_, number, _ := net.SplitHostPort(d.Addr(harness.MQ))
		n, err = strconv.ParseUint(number, 10, 16)
	}
	if err != nil {
		h.queueDeaf = err
		return
	}
	h.queue, h.queueDeaf = wire.Sniff(ctx, on, map[string][]uint16{string(harness.MQ): {uint16(n)}}, wire.Options{Canary: []byte(channels)})
}

// heard returns the recording of a hop, how it was made, and how much it missed.
func (h *wireRecorder) heard(hop harness.Port) (all []connection.Transcript, by string, missed int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for port, r := range h.relays {
		if port == hop || hop == harness.AllInternal && port.Internal() {
			all, by = append(all, r.Transcripts()...), "relay"
		}
	}
	switch {
	case by != "":
		return all, by, 0, nil
	case hop == harness.MQ && h.queue != nil:
		return h.queue.Transcripts(string(hop)), "capture", h.queue.Lost(), nil
	case hop == harness.MQ && h.queueDeaf != nil:
		return nil, "", 0, h.queueDeaf
	case hop != harness.AllInternal:
		return nil, "", 0, errors.New("this provider's servers cannot be sent to it by another way")
	case h.deaf != nil:
		return nil, "", 0, h.deaf
	case h.sniff == nil:
		return nil, "", 0, errors.New("the connections there were not recorded")
	}
	return h.sniff.Transcripts(string(hop)), "capture", h.sniff.Lost(), nil
}

func (h *wireRecorder) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.queue != nil {
		h.queue.Close()
	}
	if h.sniff != nil {
		h.sniff.Close()
	}
	for _, r := range h.relays {
		r.Close()
	}
}

// recorded reports whether a hop of the server's own is recorded: for a case of the cell, or as
// the baseline of other cells.
func (c *cell) recorded() bool { return c.plain || c.crosses(harness.Port.Behind) }

// through puts a relay into a hop that is recorded, and leaves the others alone.
func (c *cell) through(port harness.Port, to string) (string, error) {
	if c.plain || c.crosses(func(hop harness.Port) bool { return hop == port || hop == harness.AllInternal && port.Internal() }) {
		return c.recorder.through(port, to)
	}
	return to, nil
}

func (c *cell) overhears() bool {
	return c.features[harness.HasInternalTLS] && (c.plain || c.crosses(func(p harness.Port) bool { return p == harness.AllInternal }))
}

func (c *cell) overhearsQueue() bool {
	return c.topology.Cluster && c.features[harness.ByKafka] && (c.plain || c.crosses(func(p harness.Port) bool { return p == harness.MQ }))
}

var _ = runs((*cell).observeCanary, (*cell).proveCanary)

// proveCanary holds what was seen on a hop against the same hop in plaintext.
func (c *cell) proveCanary(ctx context.Context, l canary.Check, _ observed, e *checks.Evidence) {
	c.againstPlain(ctx, l, e)
}

func (c *cell) observeCanary(ctx context.Context, l canary.Check) observed {
	if s, down := c.down(); down {
		return s
	}
	if l.Hop.Behind() && c.Keep != nil {
		return observed{skip: "a server that may be left running (KEEP=1) is sent by no way that ends with the run"}
	}
	if l.Hop == harness.GRPC || l.Hop == harness.HTTP {
		return c.crossClient(ctx, l)
	}
	if _, _, _, err := c.recorder.heard(l.Hop); err != nil {
		return observed{skip: fmt.Sprintf("what crosses the hop to %s cannot be recorded here: %v", l.Hop, err)}
	}
	o, err := c.bring(ctx, l, "")
	all, by, missed, _ := c.recorder.heard(l.Hop)
	return crossed(canary.Facts{Hop: l.Hop, By: by, Missed: missed}, o, err, all)
}

func (c *cell) crossClient(ctx context.Context, l canary.Check) observed {
	r, err := wire.NewRelay("127.0.0.1:0", c.deployed.Addr(l.Hop), wire.Options{Canary: []byte(c.recorder.canary)})
	if err != nil {
		return observed{err: fmt.Errorf("record the hop to %s: %w", l.Hop, err)}
	}
	o, err := c.bring(ctx, l, r.Addr())
	r.Close()
	return crossed(canary.Facts{Hop: l.Hop, By: "relay"}, o, err, r.Transcripts())
}

// bring brings the canary in, by way of another address than the server's where
// one is given.
func (c *cell) bring(ctx context.Context, l canary.Check, addr string) (connection.Observation, error) {
	a := l.Client().In(c.topology)
	target, err := c.target(c.deployed, a)
	if err != nil {
		return connection.Observation{}, err
	}
	target.Scratch, target.Bound = fmt.Sprintf("%s_%d", c.recorder.canary, c.recorder.sent.Add(1)), c.Bounds.Data
	if addr != "" {
		target.Addr = addr
	}
	if c.upgrade != nil {
		<-c.upgrade.settled // it makes a collection
	}
	return c.probe(ctx, target)
}

// shownConnections is how many connections of a hop a result shows.
const shownConnections = 4

func crossed(c canary.Facts, o connection.Observation, err error, all []connection.Transcript) observed {
	if err != nil {
		return observed{err: err}
	}
	c.Sent = o.Answer == connection.AnswerData
	if !c.Sent {
		c.Evidence = o.Detail
	}
	for _, t := range all {
		seen, plain := c.Canary, c.Plain
		c.Add(t)
		sign := seen == 0 && c.Canary > 0 || plain == 0 && c.Plain > 0
		if len(c.Transcripts) < shownConnections || sign {
			c.Transcripts = append(c.Transcripts, t)
		} else {
			c.Unshown++
		}
	}
	return observed{facts: &c}
}

func (c *cell) crosses(at func(harness.Port) bool) bool {
	return slices.ContainsFunc(c.index[c.name], func(i int) bool {
		l, is := c.caseOf(i).Check.(canary.Check)
		return is && c.waits(i) && at(l.Hop)
	})
}
