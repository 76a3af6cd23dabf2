package run

import (
	"context"
	"fmt"
	"path/filepath"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// A launch is how one of a cell's servers is started.
type launch struct {
	deploy.Spec
	within float64                                                       // seconds that it is given to fail in; 0 for Bounds.Ready
	aside  bool                                                          // it holds a place among those that boot aside
	by     func(context.Context, deploy.Spec) (deploy.Deployment, error) // nil for the server's provider
}

func (c *cell) launch(name string, t harness.Topology, how start.Check) launch {
	as := how.Change == (harness.ConfigChange{})
	if as {
		how.Change = t.Internal.Change()
	}
	l := launch{Spec: deploy.Spec{Name: name, Server: c.server, Topology: t, Change: how.Change, Followed: c.Plan.Upgrade != nil}, within: how.Within}
	if as && name == c.called() && c.recorded() && c.Keep == nil {
		l.RouteThrough = c.through
	}
	return l
}

// called is what the cell's own server is called: in logs, and as a folder.
func (c *cell) called() string {
	name := c.name.String()
	if c.plain {
		name = c.name.Version + " with nothing encrypted"
		if c.topology.Cluster {
			name = c.name.String() + " with nothing encrypted"
		}
	}
	if c.restarted != "" {
		name += onceMore
	}
	return name
}

// onceMore ends the name of a server that is started in the place of one that ended.
const onceMore = ", once more"

// awaitSlot waits for a place among the servers that boot.
func (s *Scheduler) awaitSlot(ctx context.Context) error {
	select {
	case s.boots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// queue takes a place among the booting servers for one with a change of its own. In an upgrade
// it leaves one to the successive servers, which everything else waits for.
func (c *cell) queue(ctx context.Context, l launch) (launch, error) {
	if c.Plan.Upgrade == nil {
		return l, c.awaitSlot(ctx)
	}
	select {
	case c.aside <- struct{}{}:
	case <-ctx.Done():
		return l, ctx.Err()
	}
	l.aside = true
	err := c.awaitSlot(ctx)
	if err != nil {
		<-c.aside
	}
	return l, err
}

func (c *cell) deploy(ctx context.Context, l launch) (deploy.Deployment, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("deploy %s: %w", l.Name, ctx.Err()) // nothing new once the run is over
	}
	if c.certs == nil {
		return nil, c.failed
	}
	if l.by == nil {
		provider := c.Providers[l.Server.Provider]
		if provider == nil {
			return nil, fmt.Errorf("deploy %s: there is no provider %q", l.Name, l.Server.Provider)
		}
		l.by = provider.Deploy
	}
	if l.Files.Dir != "" {
		return l.by(ctx, l.Spec) // it takes over those of the server before it
	}
	var err error
	if l.Files, err = c.certs.WriteServer(c.filesOf(l.Name).Dir, l.Change); err != nil {
		return nil, fmt.Errorf("deploy %s: %w", l.Name, err)
	}
	if odd := l.Topology.Odd; odd.Component != "" && l.Change == (harness.ConfigChange{}) {
		if l.Odd, err = c.odd(l); err != nil {
			return nil, fmt.Errorf("deploy %s: %w", l.Name, err)
		}
	}
	if l.Change.Shipped {
		if l.CustomConfig, err = c.asShipped(ctx, l); err != nil {
			return nil, err
		}
	}
	if l.Change.Manifest != "" {
		if l.CustomConfig, err = c.given(l.Change.Manifest, l.Topology, l.Files); err != nil {
			return nil, err
		}
	}
	return l.by(ctx, l.Spec)
}

func (c *cell) filesOf(name string) pki.ServerFiles {
	return pki.ServerFiles{Dir: filepath.Join(c.Dir, "server-files", name)}
}
