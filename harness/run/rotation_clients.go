package run

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/milvus-io/milvus/client/v2/milvusclient"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/traffic"
)

// rotationEvery is how often a client asks: it bounds how finely the downtime is measured.
const rotationEvery = 50 * time.Millisecond

// asking returns the clients of an identity: by the SDK and by REST, on a connection that is
// kept and on a new one for each call.
func (r *replacing) asking(identity string) ([]traffic.Client, error) {
	clients, err := r.listing(r.d, identity)
	if err != nil {
		return nil, err
	}
	for i := range clients {
		clients[i].Name = "go, staying connected"
	}
	target, err := r.resolved(r.d, harness.Attempt{Client: harness.Go, Port: harness.GRPC, Identity: identity})
	if err != nil {
		return nil, err
	}
	clients = append(clients, traffic.Client{Name: "go, connecting anew", Ask: func(ctx context.Context) error {
		client, err := probe.Connect(ctx, target)
		if err != nil {
			return err
		}
		defer func() { _ = client.Close(context.WithoutCancel(ctx)) }()
		_, err = client.ListCollections(ctx, milvusclient.NewListCollectionOption())
		return err
	}})
	if r.rest {
		target, err := r.resolved(r.d, harness.Attempt{Client: harness.REST, Port: harness.HTTP, Identity: identity})
		if err != nil {
			return nil, err
		}
		kept, anew := probe.NewHTTPClient(target), probe.NewHTTPClient(target)
		clients = append(clients, traffic.Client{Name: "rest, staying connected", Ask: kept.Call},
			traffic.Client{Name: "rest, connecting anew", Ask: func(ctx context.Context) error {
				anew.Disconnect()
				return anew.Call(ctx)
			}})
	}
	for i := range clients {
		clients[i].Every = rotationEvery
	}
	return clients, nil
}

// outages are what clients met until now.
func outages(t *traffic.Traffic, m traffic.Moments) map[string]connection.Outage {
	all := map[string]connection.Outage{}
	for _, g := range t.Gaps(m) {
		all[g.Client] = g
	}
	return all
}

// since says what clients met between two looks.
func since(before, after map[string]connection.Outage) (all []rotation.Client) {
	for _, name := range slices.Sorted(maps.Keys(after)) {
		c := rotation.Client{Outage: after[name].Since(before[name])}
		c.Unanswered = c.Errors[traffic.Unanswered]
		all = append(all, c)
	}
	return all
}

// servedBy says how often each client was served; nil for no clients.
func servedBy(t *traffic.Traffic) map[string]int {
	if t == nil {
		return nil
	}
	return t.Served()
}

// more says how much more often each client was served.
func more(before, after map[string]int) map[string]int {
	all := map[string]int{}
	for name, n := range after {
		all[name] = n - before[name]
	}
	return all
}
