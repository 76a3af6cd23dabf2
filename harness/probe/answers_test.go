package probe

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// TestRawReadsAnswers has real servers answer in every way that has a meaning.
func TestRawReadsAnswers(t *testing.T) {
	t.Parallel()
	failed := func(reason string) *commonpb.Status {
		return &commonpb.Status{ErrorCode: commonpb.ErrorCode_UnexpectedError, Reason: reason} //nolint:staticcheck // what 2.2 fills
	}
	tests := []struct {
		name string
		port harness.Port
		api  api
		want harness.Outcome
	}{
		{"gRPC success", harness.GRPC, api{}, harness.Served},
		{"gRPC unauthenticated", harness.GRPC, api{err: status.Error(codes.Unauthenticated, "no")}, harness.RefusedCredentials},
		{"gRPC login in 2.2's words", harness.GRPC, api{err: status.Error(codes.Unknown, "auth check failure, please check")}, harness.RefusedCredentials},
		{"gRPC unimplemented", harness.GRPC, api{err: status.Error(codes.Unimplemented, "no")}, harness.NotOffered},
		{"gRPC unavailable", harness.GRPC, api{err: status.Error(codes.Unavailable, "no")}, harness.NotReady},
		{"gRPC another error", harness.GRPC, api{err: status.Error(codes.Internal, "no")}, harness.APIError},
		{"Milvus's error by its old code", harness.GRPC, api{status: failed("no such thing")}, harness.APIError},
		{"Milvus's error by its new code", harness.GRPC, api{status: &commonpb.Status{Code: 65535}}, harness.APIError},
		{"Milvus not ready", harness.GRPC, api{status: failed("proxy not healthy")}, harness.NotReady},
		{"REST success", harness.HTTP, api{}, harness.Served},
		{"REST without v2's code", harness.HTTP, api{body: `{"code":0}`}, harness.Served},
		{"REST not found", harness.HTTP, api{http: http.StatusNotFound}, harness.NotOffered},
		{"REST unauthorized", harness.HTTP, api{http: http.StatusUnauthorized}, harness.RefusedCredentials},
		{"REST unavailable", harness.HTTP, api{http: http.StatusServiceUnavailable}, harness.NotReady},
		{"REST error", harness.HTTP, api{body: `{"code":1}`}, harness.APIError},
	}
	for _, tt := range tests {
		target := aim(t, serveAPI(t, tt.port, nil, tt.api), plain, harness.Attempt{Client: harness.Raw, Port: tt.port})
		if o := observe(t, target); o.Outcome() != tt.want {
			t.Errorf("%s: it was %s, want %s: %+v", tt.name, o.Outcome(), tt.want, o)
		}
	}
}

// TestRawLogsIn looks at what goes over the wire.
func TestRawLogsIn(t *testing.T) {
	t.Parallel()
	sent := make(chan map[string]string, 2)
	grpc := serve(t, func(c net.Conn) {
		_, _ = io.ReadFull(c, make([]byte, len(http2.ClientPreface))) // what follows fails if this does
		framer := http2.NewFramer(nil, c)
		framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
		fields := map[string]string{}
		for len(fields) == 0 {
			frame, err := framer.ReadFrame()
			if err != nil {
				break
			}
			if f, ok := frame.(*http2.MetaHeadersFrame); ok {
				for _, h := range f.Fields {
					fields[h.Name] = h.Value
				}
			}
		}
		sent <- fields
	})
	rest := serveHTTP(t, nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent <- map[string]string{"authorization": r.Header.Get("Authorization"), ":path": r.URL.Path, ":authority": r.Host}
		api{}.ServeHTTP(w, r)
	}), nil)
	for _, tt := range []struct{ port, addr, login, path string }{
		{string(harness.GRPC), grpc, base64.StdEncoding.EncodeToString([]byte("root:Milvus")), showCollections},
		{string(harness.HTTP), rest, "Bearer root:Milvus", "/v1/vector/collections"},
	} {
		observe(t, aim(t, tt.addr, users(plain), harness.Attempt{Client: harness.Raw, Port: harness.Port(tt.port)}))
		if got := <-sent; got["authorization"] != tt.login || got[":path"] != tt.path || got[":authority"] != "localhost" {
			t.Errorf("%s: sent %v", tt.port, got)
		}
	}
}

// TestNoClientUsesAProxy gives each client an address that net/http would
// reach through a proxy, and which is this machine's all the same.
func TestNoClientUsesAProxy(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked []string
	web := serveHTTP(t, nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.RequestURI)
		mu.Unlock()
		api{}.ServeHTTP(w, r)
	}), nil)
	grpc := start(t, plain).Addr(harness.GRPC)
	for client := range All {
		t.Run(string(client), func(t *testing.T) {
			needCurl(t, client)
			attempt, addr := harness.Attempt{Client: client, Port: harness.HTTP, Name: "milvus.example"}, web
			if client == harness.Go {
				attempt.Port, addr = harness.GRPC, grpc
			}
			addr = strings.Replace(addr, "127.0.0.1", "0.0.0.0", 1)
			wants(t, observe(t, aim(t, addr, plain, attempt)), harness.Served)
		})
	}
	mu.Lock()
	defer mu.Unlock()
	for _, uri := range asked {
		if !strings.HasPrefix(uri, "/") {
			t.Errorf("a proxy was asked for %s", uri)
		}
	}
	if n := proxied.Load(); n > 0 {
		t.Errorf("%d connections went to the proxy of the environment", n)
	}
}

// A record keeps the first connection of a client that dials again.
func TestSealedRecordsStay(t *testing.T) {
	t.Parallel()
	r := &record{}
	r.update(func(o *connection.Observation) { o.Local = "first" })
	r.seal()
	r.update(func(o *connection.Observation) { o.Local = "second" })
	if o, _ := r.snapshot(); o.Local != "first" {
		t.Errorf("kept the %s connection", o.Local)
	}
}
