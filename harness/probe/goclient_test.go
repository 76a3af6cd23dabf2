package probe

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"time"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"google.golang.org/grpc"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// serveGRPC returns the address of a gRPC server in plaintext.
func serveGRPC(t *testing.T, s milvuspb.MilvusServiceServer) string {
	t.Helper()
	server := grpc.NewServer()
	milvuspb.RegisterMilvusServiceServer(server, s)
	l := listen(t)
	go func() { _ = server.Serve(l) }() // returns when stopped
	t.Cleanup(server.Stop)
	return l.Addr().String()
}

// holding creates and drops collections, and leaves other requests unanswered.
type holding struct {
	milvuspb.UnimplementedMilvusServiceServer
	asked    func()             // called before a request is left unanswered
	patience chan time.Duration // how long the client waits for a drop; zero where it does not say
}

func (holding) Connect(context.Context, *milvuspb.ConnectRequest) (*milvuspb.ConnectResponse, error) {
	return &milvuspb.ConnectResponse{Status: &commonpb.Status{}}, nil
}

func (holding) CreateCollection(context.Context, *milvuspb.CreateCollectionRequest) (*commonpb.Status, error) {
	return &commonpb.Status{}, nil
}

func (h holding) DescribeCollection(ctx context.Context, _ *milvuspb.DescribeCollectionRequest) (*milvuspb.DescribeCollectionResponse, error) {
	h.asked()
	<-ctx.Done()
	return nil, ctx.Err()
}

func (h holding) DropCollection(ctx context.Context, _ *milvuspb.DropCollectionRequest) (*commonpb.Status, error) {
	var patience time.Duration
	if until, bounded := ctx.Deadline(); bounded {
		patience = time.Until(until)
	}
	h.patience <- patience
	return &commonpb.Status{}, nil
}

func (holding) ShowCollections(ctx context.Context, _ *milvuspb.ShowCollectionsRequest) (*milvuspb.ShowCollectionsResponse, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestGoCleansUp ends the attempt between creating a collection and dropping
// it.
func TestGoCleansUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := holding{asked: cancel, patience: make(chan time.Duration, 1)}
	target := aim(t, serveGRPC(t, server), plain, harness.Attempt{Client: harness.Go, Port: harness.GRPC, Request: harness.RequestData})
	if o, err := (sdk{}).Observe(ctx, target); err == nil {
		t.Errorf("it was not interrupted: %+v", o)
	}
	select {
	case patience := <-server.patience:
		if patience <= 0 || patience > target.Bound {
			t.Errorf("it waits %s for the drop, want at most %s", patience, target.Bound)
		}
	default:
		t.Error("it leaves its collection behind")
	}
}

func TestGoTimesOutInACall(t *testing.T) {
	t.Parallel()
	target := aim(t, serveGRPC(t, holding{}), plain, harness.Attempt{Client: harness.Go, Port: harness.GRPC})
	target.Bound = brief
	wants(t, observe(t, target), harness.TimedOut)
}

// TestGoClosesAfterARefusedLogin passes a client on to a stand-in, and looks
// when it goes.
func TestGoClosesAfterARefusedLogin(t *testing.T) {
	t.Parallel()
	behind := start(t, users(plain)).Addr(harness.GRPC)
	gone := make(chan struct{})
	addr := serve(t, func(c net.Conn) {
		up, err := net.Dial("tcp", behind)
		if err != nil {
			t.Error(err)
			return
		}
		go func() { _, _ = io.Copy(c, up) }()
		_, _ = io.Copy(up, c)
		_ = up.Close()
		close(gone)
	})
	wants(t, observe(t, aim(t, addr, users(plain), harness.Attempt{Client: harness.Go, Port: harness.GRPC, Login: harness.LoginWrong})),
		harness.RefusedCredentials)
	select {
	case <-gone:
	case <-time.After(slack):
		t.Error("the client is connected still")
	}
}

// TestGoClosingIsNoFailure has the client close its own connection, as gRPC
// does when a server has been silent for 3 s, and the probe at the end.
func TestGoClosingIsNoFailure(t *testing.T) {
	t.Parallel()
	conn, err := net.Dial("tcp", serve(t, silence))
	if err != nil {
		t.Fatal(err)
	}
	w := &watch{record: &record{}, cancel: func() {}}
	_ = conn.Close()
	if _, err := (watchedConn{conn, w}).Read(make([]byte, 1)); err == nil || w.failure() != nil {
		t.Errorf("its own closing was taken for the server's: %v", w.failure())
	}
}

// writes has a client write until the connection fails, and gives what it takes
// for the reason.
func writes(conn net.Conn) error {
	w := &watch{record: &record{}, cancel: func() {}}
	for begin := time.Now(); w.failure() == nil && time.Since(begin) < ample; {
		_, _ = watchedConn{conn, w}.Write([]byte("preface"))
	}
	return w.failure()
}

// TestGoReportsARefusalMetWhileWriting has the server go while the client
// writes, as one does that refuses a certificate.
func TestGoReportsARefusalMetWhileWriting(t *testing.T) {
	t.Parallel()
	addr := serve(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1))
		_ = c.(*net.TCPConn).SetLinger(0) // its end is a reset then
	})
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	failed := writes(conn)
	if got := ending(failed); got != connection.EndReset {
		t.Errorf("it ended as %q, want a reset: %v", got, failed)
	}
}

// What such a server said before it went is its reason.
func TestGoReadsTheReasonOfARefusalMetWhileWriting(t *testing.T) {
	t.Parallel()
	cert := sharedCerts(t).Server().TLS()
	addr := serve(t, func(c net.Conn) {
		_ = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAnyClientCert}).Handshake()
	})
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // the refusal is the server's
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	failed := writes(conn)
	if alert := alertOf(failed); alert == nil || alert.Code != 116 {
		t.Errorf("it ended with %v, and the server had said certificate required", failed)
	}
}
