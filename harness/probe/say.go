package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"time"

	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/handshake"
)

// unfinishedBound is how long an unfinished message is left unanswered. A server that waits for
// the rest does what it should.
const unfinishedBound = time.Second

// Say sends a probe's messages to the target's port and returns the outcome. It fails if ctx
// ends first or no connection could be made.
func Say(ctx context.Context, t Target, p handshake.Probe) (handshake.Seen, error) {
	if p.Group == handshake.Unfinished {
		t.Bound = unfinishedBound
	}
	peer := handshake.Peer{Name: t.Attempt.Name, ALPN: t.protocol()}
	if p.Suites == nil {
		return t.say(ctx, p.Steps(peer))
	}
	return t.sweep(ctx, p, peer)
}

// sweep offers suites, without those that the server has agreed to, until it agrees to none.
func (t Target) sweep(ctx context.Context, p handshake.Probe, peer handshake.Peer) (seen handshake.Seen, err error) {
	var chosen []string
	begin, left := time.Now(), slices.Clone(p.Suites)
	for len(left) > 0 {
		seen, err = t.say(ctx, p.Offer(left)(peer))
		if err != nil || !seen.Hello {
			break
		}
		chosen = append(chosen, seen.Cipher)
		one := handshake.Chosen(seen.Cipher, left)
		if len(one) == 0 { // it chose what it was not offered
			break
		}
		left = slices.DeleteFunc(left, func(s uint16) bool { return s == one[0] })
	}
	seen.Suites, seen.Seconds = chosen, time.Since(begin).Seconds()
	return seen, err
}

func (t Target) say(ctx context.Context, steps []handshake.Step) (handshake.Seen, error) {
	begin := time.Now()
	conn, end, err := t.dial(ctx)
	if conn == nil {
		return handshake.Seen{End: end, Seconds: time.Since(begin).Seconds()}, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	var r handshake.Reader
	r.Seen.Local = conn.LocalAddr().String()
	for _, s := range steps {
		if r.Seen.Left = follow(ctx, conn, &r, s); r.Seen.Left {
			break
		}
	}
	if !r.Seen.Left {
		r.Seen.End = hear(conn, &r, r.Enough)
	}
	r.Seen.Seconds = time.Since(begin).Seconds()
	return r.Seen, ctx.Err()
}

// follow does one step, and reports whether the client has left by it. What cannot be written
// is no matter: the reason may lie unread.
func follow(ctx context.Context, conn net.Conn, r *handshake.Reader, s handshake.Step) (left bool) {
	write(conn, s.Send)
	if s.Pause > 0 {
		timer := time.NewTimer(s.Pause)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	if s.Await {
		hear(conn, r, func() bool { return r.Whole() || r.Seen.Alert != nil })
		r.Next()
	}
	if tcp, is := conn.(*net.TCPConn); is && s.Leave == handshake.Reset {
		_ = tcp.SetLinger(0)
	}
	return s.Leave != handshake.Stay
}

// hear reads until there is enough, and gives how the connection ended before that.
func hear(conn net.Conn, r *handshake.Reader, enough func() bool) connection.End {
	buffer := make([]byte, 1<<14)
	for !enough() {
		n, err := conn.Read(buffer)
		r.Read(buffer[:n])
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return connection.EndClosed
		default:
			return ending(err)
		}
	}
	return ""
}
