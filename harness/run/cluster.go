package run

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/probe"
)

// clustersAtOnce is how many clusters run at once. One is ten processes of 200 MB each,
// which two cores bring up in ten seconds.
const clustersAtOnce = 2

// componentsReady reports whether every component of a cluster says that it is well, and
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

// odd returns how the one component of a launch is configured that is not as the others
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

// oddNamed returns the log lines that point at the component which is configured otherwise: of
// its own log any about TLS between components, of others' those with its address. In the
// cell's own cluster they are waited for: one that becomes ready all the same tries again
// and again, seconds apart. Of its own log any line about TLS will do where there is no
// better one; a 2.5 always has some.
func (c *cell) oddNamed(ctx context.Context, d deploy.Deployment) map[string]string {
	cluster := d.Capabilities().Cluster
	if c.topology.Odd.Component == "" || len(cluster.Components) == 0 {
		return nil
	}
	bound := time.Duration(0)
	if d == c.deployed {
		bound = schemaPatience * c.Bounds.InternalTrouble
	}
	var named map[string]string
	deploy.Await(ctx, d, func(context.Context) error {
		named = pointingAt(cluster, c.topology.Odd.Component, d.Addr(harness.Port("internal-"+c.topology.Odd.Component)))
		if len(named) == 0 {
			return errors.New("no log names it")
		}
		return nil
	}, bound)
	if one, is := cluster.Component(c.topology.Odd.Component); is && len(named) == 0 {
		if text, _, err := one.Log(0); err == nil && milvus.TLSErrorLine(text) != "" {
			named[one.Name] = milvus.TLSErrorLine(text)
		}
	}
	return named
}

func pointingAt(cluster deploy.Cluster, odd, addr string) map[string]string {
	named := map[string]string{}
	for _, one := range cluster.Components {
		text, _, err := one.Log(0)
		if err != nil {
			continue // what is not read names nobody
		}
		line := milvus.TLSErrorLineAt(text, addr)
		if one.Name == odd {
			line = milvus.InternalTLSError(text)
		}
		if line != "" {
			named[one.Name] = line
		}
	}
	return named
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
