package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/milvus-io/milvus/client/v2/milvusclient"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

var _ = declare(harness.ClientSpec{Client: harness.Go, Place: 2}, sdk{})

// sdk is Milvus client/v2. It has no field for a CA of the user's own (seen in v2.6.2), so it
// gets transport credentials as a dial option, in addition to its default options.
//
// The client redials for as long as its context lasts. The probe ends that when the first
// connection has failed: a second one would see the same.
type sdk struct{}

// Observe connects and makes the attempt's calls.
func (sdk) Observe(ctx context.Context, t Target) (connection.Observation, error) {
	begin, run := time.Now(), ctx
	ctx, cancel := context.WithTimeout(ctx, t.Bound)
	defer cancel()
	w := &watch{record: &record{}, target: t, cancel: cancel}
	err := sdkAttempt(ctx, t, w)
	w.close()
	w.seal()
	seen, why := w.snapshot()
	if run.Err() != nil {
		return seen, run.Err()
	}
	seen.Remote, seen.Plaintext = t.Addr, t.Attempt.Transport == harness.TransportPlain
	seen.Seconds = time.Since(begin).Seconds()
	if err == nil {
		seen.Answer = connection.AnswerData
		return seen, nil
	}
	seen.Detail = harness.Short(err.Error())
	if answer := sdkAnswer(err); answer != "" && w.failure() == nil {
		seen.Answer = answer
		return seen, nil
	}
	if failed := w.failure(); failed != nil {
		err, seen.Detail = failed, harness.Short(failed.Error())
	}
	seen.End, seen.Dropped = clientEnd(err, why, seen.Plaintext), wasCut(err)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) || status.Code(err) == codes.DeadlineExceeded {
		// The bound ended it, by whatever name the client calls that, here or at
		// the server. A failed connection would have ended it before, by
		// cancelling.
		seen.End, seen.Dropped = connection.EndTimeout, false
	}
	return seen, nil
}

func (w *watch) connect(ctx context.Context) (*milvusclient.Client, error) {
	t := w.target
	options := append([]grpc.DialOption{}, milvusclient.DefaultGrpcOpts...)
	options = append(options,
		grpc.WithTransportCredentials(w.credentials()),
		grpc.WithNoProxy(),
		grpc.WithContextDialer(w.dial),
	)
	return milvusclient.New(ctx, &milvusclient.ClientConfig{
		Address: t.Addr, Username: t.Users.User, Password: t.Users.Password, DialOptions: options,
	})
}

func sdkAttempt(ctx context.Context, t Target, w *watch) error {
	client, err := w.connect(ctx)
	if err != nil {
		return err
	}
	w.done()
	defer func() { _ = client.Close(context.WithoutCancel(ctx)) }()
	switch t.Attempt.Request {
	case harness.RequestData:
		return withCollection(ctx, client, numbered(t.Scratch), t.Bound, func() error { return fillAndSearch(ctx, client, t.Scratch) })
	case harness.RequestCanary, harness.RequestStored:
		return canaryPath(ctx, client, t.Scratch, t.Attempt.Request, t.Bound)
	case harness.RequestSchema:
		return schemaPath(ctx, client, t.Scratch, t.Bound)
	default:
	}
	if _, err := client.ListCollections(ctx, milvusclient.NewListCollectionOption()); err != nil {
		return fmt.Errorf("list collections: %w", err)
	}
	return nil
}

// sdkAnswer distinguishes an answer of the API from a failed connection.
func sdkAnswer(err error) connection.Answer {
	switch status.Code(err) {
	case codes.Unauthenticated:
		return connection.AnswerNoLogin
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled:
		return ""
	case codes.Unimplemented:
		return connection.AnswerNoService
	default:
	}
	switch {
	case ending(err) == connection.EndTimeout:
		return ""
	case notReady(err.Error()):
		return connection.AnswerNotReady
	case noLogin(err.Error()):
		return connection.AnswerNoLogin
	}
	return connection.AnswerError
}

// watch observes the first connection of a client that redials.
type watch struct {
	*record
	target Target
	cancel context.CancelFunc

	once   sync.Mutex
	failed error
	ready  bool
	conns  []net.Conn
	over   bool // allow no more connections: a client that failed to connect redials
}

// close ends the connections that the client leaves open, and those to come.
func (w *watch) close() {
	w.once.Lock()
	defer w.once.Unlock()
	w.over = true
	for _, conn := range w.conns {
		_ = conn.Close()
	}
}

// keep remembers a connection, unless it comes too late.
func (w *watch) keep(conn net.Conn) bool {
	w.once.Lock()
	defer w.once.Unlock()
	if !w.over {
		w.conns = append(w.conns, conn)
	}
	return !w.over
}

// done marks the client as connected: a later end of the connection is no failure to connect.
func (w *watch) done() {
	w.once.Lock()
	defer w.once.Unlock()
	w.ready = true
}

func (w *watch) failure() error {
	w.once.Lock()
	defer w.once.Unlock()
	return w.failed
}

func (w *watch) fail(err error) {
	w.once.Lock()
	defer w.once.Unlock()
	if err == nil || w.ready || w.failed != nil {
		return
	}
	w.failed = err
	w.seal()
	w.cancel()
}

func (w *watch) dial(ctx context.Context, addr string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		w.fail(err)
		return nil, err
	}
	if !w.keep(conn) {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	w.update(func(o *connection.Observation) { o.Local = conn.LocalAddr().String() })
	return w.watch(conn), nil
}

func (w *watch) credentials() credentials.TransportCredentials {
	if w.target.Attempt.Transport == harness.TransportPlain {
		return watched{insecure.NewCredentials(), w}
	}
	return watched{credentials.NewTLS(w.target.tlsConfig(w.record)), w}
}

// watched reports what becomes of handshakes and of what follows them.
type watched struct {
	credentials.TransportCredentials
	w *watch
}

// ClientHandshake makes the handshake that the credentials make.
func (c watched) ClientHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := c.TransportCredentials.ClientHandshake(ctx, authority, raw)
	if err != nil {
		c.w.fail(err)
		return conn, info, err
	}
	c.w.update(func(o *connection.Observation) {
		o.HandshakeDone = c.w.target.Attempt.Transport == harness.TransportTLS
	})
	return watchedConn{conn, c.w}, info, nil
}

// Clone returns credentials that report to the same watch.
func (c watched) Clone() credentials.TransportCredentials {
	return watched{c.TransportCredentials.Clone(), c.w}
}

type watchedConn struct {
	net.Conn
	w *watch
}

// Read reports the error that ends a connection before the client was served.
func (c watchedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n == 0 && !errors.Is(err, net.ErrClosed) { // which is the client's own doing
		c.w.fail(err)
	}
	return n, err
}

// Write reports such an error too: a client that notices a refusal while it writes closes the
// connection without reading, waits a second and redials.
func (c watchedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		c.w.fail(c.reason(err))
	}
	return n, err
}

// lastWords is how long to wait for data that the server sent before it closed the connection.
const lastWords = time.Second

// reason returns the alert that precedes the error of a write, if there is one: it can still be
// read.
func (c watchedConn) reason(met error) error {
	if c.SetReadDeadline(time.Now().Add(lastWords)) != nil {
		return met
	}
	if _, err := c.Conn.Read(make([]byte, 1)); alertOf(err) != nil {
		return err
	}
	return met
}
