package wire

import (
	"context"
	"crypto/tls"
	"net"
	"testing"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"milvus-tls-e2e/harness/connection"
)

// lists answers every call with one collection's name.
type lists struct {
	milvuspb.UnimplementedMilvusServiceServer
	name string
}

func (l lists) ShowCollections(context.Context, *milvuspb.ShowCollectionsRequest) (*milvuspb.ShowCollectionsResponse, error) {
	return &milvuspb.ShowCollectionsResponse{Status: &commonpb.Status{}, CollectionNames: []string{l.name}}, nil
}

// A name in a call of Milvus's own API crosses plaintext as it is, and TLS not at
// all.
func TestCanaryInACall(t *testing.T) {
	t.Parallel()
	const canary = "canary_3f9a1c77e2d845b0"
	for name, tt := range map[string]struct {
		server, client credentials.TransportCredentials
		kind           connection.Protocol
		seen           connection.Canary
	}{
		"in plaintext": {insecure.NewCredentials(), insecure.NewCredentials(), connection.SpokeHTTP2, connection.Canary{ToServer: 1, ToClient: 1}},
		"over TLS": {
			credentials.NewTLS(serverTLS(t)), credentials.NewTLS(clientTLS(t, func(c *tls.Config) { c.NextProtos = nil })),
			connection.SpokeTLS, connection.Canary{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			s := grpc.NewServer(grpc.Creds(tt.server))
			milvuspb.RegisterMilvusServiceServer(s, lists{name: canary})
			go func() { _ = s.Serve(l) }()
			t.Cleanup(s.Stop)
			r := relayTo(t, l.Addr().String(), Options{Canary: []byte(canary)})
			conn, err := grpc.NewClient(r.Addr(), grpc.WithTransportCredentials(tt.client))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), ample)
			defer cancel()
			got, err := milvuspb.NewMilvusServiceClient(conn).ShowCollections(ctx, &milvuspb.ShowCollectionsRequest{DbName: canary})
			if err != nil || len(got.GetCollectionNames()) != 1 {
				t.Fatalf("%v, %v", got, err)
			}
			_ = conn.Close()
			told := theOne(t, r)
			if *told.Canary != tt.seen || told.Kind != tt.kind || told.Answered != tt.kind {
				t.Errorf("it saw %+v of %s and %s:\n%v", *told.Canary, told.Kind, told.Answered, told.Lines())
			}
		})
	}
}
