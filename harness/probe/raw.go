package probe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

var _ = declare(harness.ClientSpec{Client: harness.Raw, Place: 1}, raw{})

// raw is the harness's own client. It finishes the conversation: with TLS 1.3
// a client without a certificate sees its handshake succeed, and the refusal
// arrives at the first read. It never gives up on a failed write, since the
// alert may lie unread behind it: of 1,000 refusals by a real 2.3.5, all were
// read this way, where clients that stop at the write lose about half.
type raw struct{}

// Observe connects, makes the handshake, asks, and reads the answer.
func (raw) Observe(ctx context.Context, t Target) (connection.Observation, error) {
	return observeRaw(ctx, t, &record{})
}

func observeRaw(ctx context.Context, t Target, r *record) (connection.Observation, error) {
	begin := time.Now()
	end, err := rawAttempt(ctx, t, r)
	seen, _ := r.snapshot()
	if ctx.Err() != nil {
		return seen, ctx.Err()
	}
	seen.Remote, seen.Plaintext = t.Addr, t.Attempt.Transport == harness.TransportPlain
	seen.Seconds = time.Since(begin).Seconds()
	seen.End = end
	if end == "" && seen.Answer == "" && err == nil {
		err = errors.New("the connection ended without an answer and without an error")
	}
	return seen, err
}

// rawAttempt returns how the attempt ended without an answer, or "" with one.
func rawAttempt(ctx context.Context, t Target, r *record) (connection.End, error) {
	conn, end, err := t.dial(ctx)
	if conn == nil {
		return end, err
	}
	defer conn.Close()
	conn = r.watch(conn)
	tcp := conn
	stop := context.AfterFunc(ctx, func() { _ = tcp.SetDeadline(time.Now()) })
	defer stop()
	r.update(func(o *connection.Observation) { o.Local = conn.LocalAddr().String() })
	plain := t.Attempt.Transport == harness.TransportPlain
	speak, protocol := t.speaks()
	if !plain {
		client, end, err := t.handshake(ctx, conn, r, protocol)
		if end != "" {
			r.update(func(o *connection.Observation) { o.Detail = harness.Short(err.Error()) })
			return end, nil
		}
		conn = client
	}
	err = speak(conn, t, r)
	if err == nil {
		return "", nil
	}
	r.update(func(o *connection.Observation) { o.Alert, o.Detail = alertOf(err), harness.Short(err.Error()) })
	var alert plainAlert
	if errors.As(err, &alert) {
		r.update(func(o *connection.Observation) { o.Alert = alert.alert() })
		return connection.EndAlert, nil
	}
	if end := ending(err); end != connection.EndClient {
		return end, nil
	}
	// Something came back that is no answer of the protocol.
	r.update(func(o *connection.Observation) { o.Answer = connection.AnswerNoService })
	return "", nil
}

// speaks returns how the client speaks at the attempt's port, and the protocol that
// it offers by ALPN.
func (t Target) speaks() (func(net.Conn, Target, *record) error, string) {
	switch {
	case t.Attempt.Port.First() == harness.GRPC || t.Attempt.Port.Internal():
		return rawGRPC, harness.ALPNHTTP2
	case t.Attempt.ALPN == harness.ALPNHTTP2:
		return rawHTTP2, harness.ALPNHTTP2
	}
	return rawHTTP, harness.ALPNHTTP1
}

// plainAlert is a TLS alert record that came back on a connection without TLS.
type plainAlert byte

func (a plainAlert) Error() string {
	return fmt.Sprintf("the server answered with TLS alert %d", byte(a))
}

func (a plainAlert) alert() *connection.Alert { return connection.AlertOf(byte(a)) }

const maxAnswer = 8 << 20

const recordTypeAlert = 0x15

// reader returns a buffered reader of an answer. On a connection without TLS it first checks
// whether the answer is a TLS record.
func reader(conn net.Conn, plain bool) (*bufio.Reader, error) {
	in := bufio.NewReader(io.LimitReader(conn, maxAnswer))
	head, err := in.Peek(1)
	if err != nil {
		return nil, err
	}
	if !plain || head[0] != recordTypeAlert {
		return in, nil
	}
	whole, err := in.Peek(7)
	if err != nil {
		return nil, err
	}
	return nil, plainAlert(whole[6])
}

// write sends everything, and lets a failure be: what matters is what can
// still be read.
func write(w io.Writer, p []byte) { _, _ = w.Write(p) }
