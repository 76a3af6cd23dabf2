package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// Idleness is how far a connection goes before it is left unused.
type Idleness int

// The kinds of idleness.
const (
	HoldSilent Idleness = iota // nothing is sent
	HoldHalf                   // half a ClientHello is
	HoldShaken                 // the handshake is made
)

// Held are connections that a client holds open and leaves unused.
type Held struct {
	Tried, Reached int            // how many were opened, and how many got as far as they should
	Ends           map[string]int // how the others ended

	mu    sync.Mutex
	conns []net.Conn
	open  atomic.Int64
	reads sync.WaitGroup
}

// holdAtOnce is how many connections are being opened at a time: fewer than any
// listener's backlog holds, and so few that none waits for the others' handshakes
// as long as a server gives it. (2.3.5's REST gives a client 1 s; at a load of 37
// it had cut off 25 of 60 before the last was open.)
const holdAtOnce = 4

// Hold opens n connections to the target's port, brings each to the given kind of idleness, and
// leaves them open for the caller to close. A connection that does not get that far is counted
// by its end. Hold fails if ctx ends first.
func Hold(ctx context.Context, t Target, how Idleness, n int) (*Held, error) {
	hello, err := t.hello()
	if err != nil {
		return nil, err
	}
	h := &Held{Tried: n, Ends: map[string]int{}}
	limit := make(chan struct{}, holdAtOnce)
	var opening sync.WaitGroup
	for range n {
		limit <- struct{}{}
		opening.Go(func() {
			defer func() { <-limit }()
			h.add(ctx, t, how, hello)
		})
	}
	opening.Wait()
	if ctx.Err() != nil {
		h.Close()
		return nil, ctx.Err()
	}
	return h, nil
}

func (h *Held) add(ctx context.Context, t Target, how Idleness, hello []byte) {
	conn, end, err := t.dial(ctx)
	if conn != nil {
		end, err = t.idle(ctx, conn, how, hello)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if end != "" || err != nil {
		if end == "" {
			end = connection.EndClient
		}
		h.Ends[string(end)]++
		if conn != nil {
			_ = conn.Close()
		}
		return
	}
	h.Reached++
	h.conns = append(h.conns, conn)
	h.open.Add(1)
	h.reads.Go(func() {
		_, _ = io.Copy(io.Discard, conn) // ends when one side closes it
		h.open.Add(-1)
	})
}

// Open is how many of the connections the server has not closed.
func (h *Held) Open() int { return int(h.open.Load()) }

// Close ends the connections. It may be called twice.
func (h *Held) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.conns {
		_ = c.Close()
	}
	h.reads.Wait()
	h.conns = nil
}

// idle takes a connection as far as it should go, and gives how it ended where
// it does not get there.
func (t Target) idle(ctx context.Context, conn net.Conn, how Idleness, hello []byte) (connection.End, error) {
	switch how {
	case HoldSilent:
	case HoldHalf:
		if _, err := conn.Write(hello[:len(hello)/2]); err != nil {
			return ending(err), err
		}
	case HoldShaken:
		if _, end, err := t.handshake(ctx, conn, &record{}, t.protocol()); end != "" {
			return end, err
		}
	default:
		return "", fmt.Errorf("hold a connection: there is no idleness %d", how)
	}
	return "", conn.SetDeadline(time.Time{})
}

func (t Target) protocol() string {
	_, name := t.speaks()
	return name
}

func (t Target) hello() ([]byte, error) {
	var said mute
	config := t.tlsConfig(&record{})
	config.NextProtos = []string{t.protocol()}
	err := tls.Client(&said, config).Handshake()
	if said.Len() == 0 {
		return nil, fmt.Errorf("make a ClientHello: %w", errors.Join(err, errors.New("the client sent nothing")))
	}
	return said.Bytes(), nil
}

// mute is a connection that records what it receives and answers nothing.
type mute struct {
	net.Conn
	bytes.Buffer
}

func (m *mute) Write(b []byte) (int, error) { return m.Buffer.Write(b) }
func (*mute) Read([]byte) (int, error)      { return 0, io.EOF }
func (*mute) Close() error                  { return nil }
