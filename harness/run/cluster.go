package run

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/sync/errgroup"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/probe"
)

// clustersAtOnce is how many clusters run at once. One is ten processes of 200 MB each,
// which two cores bring up in ten seconds.
const clustersAtOnce = 2

// componentsReady tells whether every component of a cluster says that it is well, and
// the second proxy answers. The first answers a data call as soon as the coordinator of
// names does: before there is anybody who would keep data.
func (c *cell) componentsReady(ctx context.Context, d deploy.Deployment, way harness.Attempt) error {
	cluster := d.Capabilities().Cluster
	if len(cluster.Components) == 0 {
		return nil
	}
	var g errgroup.Group
	for _, one := range cluster.Components {
		g.Go(func() error { return well(ctx, one) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if way.Port = harness.GRPC2; d.Addr(way.Port) == "" {
		return nil
	}
	o, err := c.observeOnce(ctx, d, way)
	if err == nil && o.Answer != connection.AnswerData {
		err = fmt.Errorf("the second proxy: %s", o.Outcome().Summary())
	}
	return err
}

// odd gives how the one component of a launch is configured that is not as the others
// are.
func (c *cell) odd(l launch) (deploy.Odd, error) {
	odd := deploy.Odd{Component: l.Topology.Odd.Component, Topology: l.Topology, Change: l.Topology.Odd.Internal.Change()}
	odd.Topology.Internal = l.Topology.Odd.Internal
	var err error
	odd.Files, err = c.certs.WriteServer(c.filesOf(l.Name+" "+odd.Component).Dir, odd.Change)
	return odd, err
}

// well asks the health address of one component.
func well(ctx context.Context, one deploy.Component) error {
	o, err := probe.HTTPGet(ctx, probe.Target{Addr: one.Management, Bound: dialBound}, "/healthz")
	if err == nil && o.Status != http.StatusOK {
		err = fmt.Errorf("its health address answers with status %d", o.Status)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", one.Name, err)
	}
	return nil
}

// blame names the components of a cluster over which its start came to nothing: the one
// that ended, or those that are not well. It gives the log that says why: that one's, or
// the whole where they are several.
func blame(ctx context.Context, d deploy.Deployment, boot *start.Facts, log []byte) []byte {
	cluster := d.Capabilities().Cluster
	if len(cluster.Components) == 0 || boot.Ready {
		return log
	}
	names := unwell(ctx, cluster)
	if boot.Exited {
		names = []string{cluster.Ended()}
	}
	boot.Component = strings.Join(names, ", ")
	one, is := cluster.Component(boot.Component)
	if !is {
		return log
	}
	if text, _, err := one.Log(0); err == nil {
		return text
	}
	return log
}

// unwell names the components of a cluster that do not say that they are well.
func unwell(ctx context.Context, of deploy.Cluster) (names []string) {
	for _, one := range of.Components {
		if well(ctx, one) != nil {
			names = append(names, one.Name)
		}
	}
	return names
}
