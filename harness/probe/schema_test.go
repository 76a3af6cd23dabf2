package probe

import (
	"context"
	"testing"
	"time"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"google.golang.org/grpc"

	"milvus-tls-e2e/harness"
)

// forgetful creates what it never lists.
type forgetful struct{ holding }

func (forgetful) ShowCollections(context.Context, *milvuspb.ShowCollectionsRequest) (*milvuspb.ShowCollectionsResponse, error) {
	return &milvuspb.ShowCollectionsResponse{Status: &commonpb.Status{}}, nil
}

func TestGoMakesASchema(t *testing.T) {
	t.Parallel()
	attempt := harness.Attempt{Client: harness.Go, Port: harness.GRPC, Request: harness.RequestSchema}
	wants(t, observe(t, aim(t, start(t, plain).Addr(harness.GRPC), plain, attempt)), harness.Served)
	server := forgetful{holding{patience: make(chan time.Duration, 1)}}
	wants(t, observe(t, aim(t, serveGRPC(t, server), plain, attempt)), harness.APIError)
	if len(server.patience) != 1 {
		t.Error("what was created was not dropped")
	}
}

// A component serves no client: whatever it answers shows what the port speaks.
func TestRawTakesAnyReplyOfAComponent(t *testing.T) {
	t.Parallel()
	server := grpc.NewServer() // which knows no call at all
	l := listen(t)
	go func() { _ = server.Serve(l) }() // returns when stopped
	t.Cleanup(server.Stop)
	attempt := harness.Attempt{Client: harness.Raw, Port: harness.InternalRootCoord}
	o := observe(t, aim(t, l.Addr().String(), plain, attempt))
	wants(t, o, harness.Served)
	if o.Status != 12 || !o.Plaintext {
		t.Errorf("it was answered %+v", o)
	}
	inside := harness.Topology{Internal: harness.InternalOn}
	wants(t, observe(t, aim(t, l.Addr().String(), inside, attempt)), harness.RefusedTLS)
	wants(t, observe(t, aim(t, serve(t, says("HTTP/1.1 400 Bad Request\r\n\r\n")), plain, attempt)), harness.NotOffered)
}
