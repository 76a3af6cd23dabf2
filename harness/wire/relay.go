package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// A Relay is a loopback port that forwards connections to a server unchanged and records them.
// Readers of transcripts never delay the traffic. For each open connection it holds two buffers
// of 64 kB and the conversation, however much is sent.
type Relay struct {
	listener net.Listener
	to       string
	dialer   net.Dialer
	record   *recording
	work     sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc
}

// NewRelay listens at listen ("127.0.0.1:0" for any port, see Listen), which must
// be of the loopback, and passes each connection on to the address to. A port that
// is taken is an error.
func NewRelay(listen, to string, o Options) (*Relay, error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, fmt.Errorf("listen for a relay to %s: %w", to, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("listen for a relay to %s: %s is no address of the loopback", to, listen)
	}
	ctx, cancel := context.WithCancel(context.Background())
	l, err := Listen(ctx, listen)
	if err != nil {
		cancel()
		if errors.Is(err, syscall.EADDRINUSE) {
			return nil, fmt.Errorf("listen for a relay to %s: %s is taken by another program: %w", to, listen, syscall.EADDRINUSE)
		}
		return nil, fmt.Errorf("listen for a relay to %s: %w", to, err)
	}
	r := &Relay{listener: l, to: to, dialer: net.Dialer{Timeout: o.bound()}, record: record(o), ctx: ctx, cancel: cancel}
	r.work.Go(r.accept)
	return r, nil
}

// Addr returns the address that the relay listens at, host:port.
func (r *Relay) Addr() string { return r.listener.Addr().String() }

// Transcripts returns the transcript of each connection so far, the first one first. It may be
// called at any time.
func (r *Relay) Transcripts() []connection.Transcript { return r.record.transcripts() }

// Close ends the relay and every connection through it, and waits for them. What
// was recorded stays.
func (r *Relay) Close() {
	r.cancel()
	_ = r.listener.Close()
	r.work.Wait()
}

func (r *Relay) accept() {
	for {
		c, err := r.listener.Accept()
		if err == nil {
			r.work.Go(func() { r.serve(c.(*net.TCPConn)) })
			continue
		}
		// A client that has gone again, or one that there is no file for: others
		// may close theirs.
		select {
		case <-r.ctx.Done():
			return
		case <-time.After(acceptAgain):
		}
	}
}

const acceptAgain = 10 * time.Millisecond

// serve carries one connection until both of its sides, or the relay, are done.
func (r *Relay) serve(client *net.TCPConn) {
	talk := r.record.begin(time.Now(), client.RemoteAddr().String(), r.to)
	defer r.record.done(talk)
	defer func() { _ = client.Close() }()
	conn, err := r.dialer.DialContext(r.ctx, "tcp", r.to)
	if err != nil {
		_ = client.SetLinger(0) // the client is refused too, as far as that can be done now
		talk.stop(dialEnd(err), fmt.Sprintf("not passed on: %v", err), time.Now())
		return
	}
	server := conn.(*net.TCPConn)
	defer func() { _ = server.Close() }()
	talk.reached(server.LocalAddr().String())
	stop := context.AfterFunc(r.ctx, func() {
		talk.stop(connection.EndClosed, "the relay was closed", time.Now())
		_, _ = client.Close(), server.Close()
	})
	defer stop()
	there, back := newPipe(talk, connection.FromClient, client, server), newPipe(talk, connection.FromServer, server, client)
	there.reverse, back.reverse = back, there
	var both sync.WaitGroup
	both.Go(there.carry)
	both.Go(back.carry)
	both.Wait()
}

// dialEnd tells how a dial failed.
func dialEnd(err error) connection.End {
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return connection.EndClosed
	case errors.As(err, &timeout) && timeout.Timeout():
		return connection.EndTimeout
	}
	return connection.EndDialRefused
}
