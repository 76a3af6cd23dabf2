package probe

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/milvus-io/milvus/client/v2/milvusclient"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// Connect returns a Milvus client/v2 that stays connected, and connects again by
// itself as a user's program does, for as long as it is used: the target's
// attempt as a client that works, rather than one that is observed.
func Connect(ctx context.Context, t Target) (*milvusclient.Client, error) {
	secure := insecure.NewCredentials()
	if t.Attempt.Transport == harness.TransportTLS {
		secure = credentials.NewTLS(t.tlsConfig(&record{}))
	}
	options := append([]grpc.DialOption{}, milvusclient.DefaultGrpcOpts...)
	options = append(options, grpc.WithTransportCredentials(secure), grpc.WithNoProxy())
	ctx, cancel := context.WithTimeout(ctx, t.Bound)
	defer cancel()
	client, err := milvusclient.New(ctx, &milvusclient.ClientConfig{
		Address: t.Addr, Username: t.Users.User, Password: t.Users.Password, DialOptions: options,
	})
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", t.Addr, err)
	}
	return client, nil
}

// An HTTPClient asks REST again and again, over connections that it keeps.
type HTTPClient struct {
	target Target
	client *http.Client
}

// NewHTTPClient returns one for the target; it connects when it first asks.
func NewHTTPClient(t Target) *HTTPClient {
	transport := &http.Transport{
		TLSClientConfig: t.tlsConfig(&record{}), IdleConnTimeout: time.Minute,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", t.Addr)
		},
	}
	return &HTTPClient{target: t, client: &http.Client{Transport: transport}}
}

// Search asks for the nearest row to a vector. Any answer but rows is an error.
func (c *HTTPClient) Search(ctx context.Context, collection, vector string) error {
	ask := call{method: http.MethodPost, path: "/v1/vector/search",
		body: `{"collectionName":"` + collection + `","vector":` + vector + `,"limit":1}`}
	if c.target.Release[harness.RESTv2] && !c.target.Release[harness.RESTv1] {
		ask.path = "/v2/vectordb/entities/search"
		ask.body = `{"collectionName":"` + collection + `","data":[` + vector + `],"annsField":"vector","limit":1}`
	}
	return c.ask(ctx, ask)
}

func (c *HTTPClient) ask(ctx context.Context, ask call) error {
	base := "https://" + c.target.Attempt.Name
	if c.target.Attempt.Transport == harness.TransportPlain {
		base = "http://" + c.target.Attempt.Name
	}
	r := &record{}
	answer, err := restCall(ctx, c.target, r, c.client, base, ask)
	if err != nil {
		return err
	}
	if seen, _ := r.snapshot(); answer != connection.AnswerData {
		return fmt.Errorf("answered %d: %s", seen.Status, seen.Detail)
	}
	return nil
}

// Call makes the calls of the target's attempt. Any answer but data is an error.
func (c *HTTPClient) Call(ctx context.Context) error {
	for _, one := range c.target.calls() {
		if err := c.ask(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

// Disconnect closes the connections, so that the next call makes another.
func (c *HTTPClient) Disconnect() { c.client.CloseIdleConnections() }
