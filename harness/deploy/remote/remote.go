// Package remote is the provider of a deployment that already runs: it returns its addresses and
// its log, and starts and stops nothing.
package remote

import (
	"context"
	"errors"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// Name is the provider's name in results.
const Name = "remote"

// Provider gives one deployment.
type Provider struct {
	addrs map[harness.Port]string
	log   Log
}

// New returns a provider of the deployment with these addresses, each host:port.
// The log is followed from here on; NoLog where there is none. Close ends it.
func New(addrs map[harness.Port]string, log Log) *Provider {
	return &Provider{addrs: addrs, log: log}
}

// Name is the provider's name in results.
func (p *Provider) Name() string { return Name }

// Capabilities are that nothing is started.
func (p *Provider) Capabilities() deploy.ProviderCapabilities {
	return deploy.ProviderCapabilities{Attached: true, Shipped: deploy.Cannot[func(context.Context, harness.Server) (deploy.Shipped, error)](
		"what the deployment is distributed with is not known")}
}

// Deploy returns the deployment as it is. A changed configuration is an error: the deployment is
// not ours to start.
func (p *Provider) Deploy(_ context.Context, s deploy.Spec) (deploy.Deployment, error) {
	if s.Change != (harness.ConfigChange{}) {
		return nil, errors.New("a deployment that already runs is not started again")
	}
	return attached{p}, nil
}

// Close stops following the log.
func (p *Provider) Close() error {
	if err := p.log.Close(); err != nil {
		return fmt.Errorf("stop following the log: %w", err)
	}
	return nil
}

type attached struct{ *Provider }

// Capabilities has none: the deployment is in use.
func (attached) Capabilities() deploy.Capabilities {
	return deploy.Capabilities{
		Capture:    deploy.Cannot[string]("the components speak to each other in a network of their own"),
		Succession: deploy.Cannot[deploy.Succession]("the deployment is in use, so it is not stopped"),
	}
}

// Addr returns the address of a port, or "" where none was given.
func (d attached) Addr(p harness.Port) string { return d.addrs[p] }

// Exited is never closed: the end cannot be observed from here.
func (d attached) Exited() <-chan struct{} { return nil }

// Status is 0, since the server has not ended.
func (d attached) Status() int { return 0 }

// Log returns what was logged since the log is followed.
func (d attached) Log(offset int64) ([]byte, int64, error) { return d.log.Since(offset) }

// Where describes the deployment to people.
func (d attached) Where() string { return d.addrs[harness.GRPC] }

// Stop does nothing: the deployment is in use.
func (d attached) Stop() error { return nil }
