package standin

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// A cluster is the additional state of a stand-in for several processes. It is a single process
// with all their ports and one log.
type cluster struct {
	components []milvus.Component // none outside a cluster
	odd        deploy.Odd         // the component that is configured otherwise
	oddConfig  []byte             // and its milvus.yaml
	unwell     string             // the component whose health address reports a problem
}

// secondQueryNode is the component that comes to nothing where one does.
const secondQueryNode = "querynode" + harness.Second

func clusterOf(release harness.Features, s deploy.Spec) (c cluster) {
	if s.Topology.Cluster {
		c.components, c.odd = milvus.Components(release, s.Topology), s.Odd
	}
	return c
}

func (c cluster) listeners() (all []harness.Port) {
	if len(c.components) == 0 {
		return nil
	}
	all = []harness.Port{harness.GRPC2, harness.HTTP2, harness.InternalProxy2, harness.InternalQueryNode2}
	for _, one := range c.components {
		all = append(all, harness.ManagementOf(one.Name))
	}
	return all
}

func (c *cluster) configureOdd(setup milvus.Setup) (err error) {
	if c.odd.Component == "" {
		return nil
	}
	setup.Topology, setup.Change, setup.Files = c.odd.Topology, c.odd.Change, c.odd.Files
	c.oddConfig, err = milvus.Config(nil, setup)
	return err
}

// seconds returns the doors of the second proxy, who serves clients as the first does.
func (d *deployment) seconds(doors []*frontDoor) (more []*frontDoor) {
	for _, door := range doors {
		if socket := d.sockets[door.port+harness.Second]; socket != nil {
			second := *door
			second.port, second.number = door.port+harness.Second, socket.number
			more = append(more, &second)
		}
	}
	return more
}

// oddOne opens the port of the component with a deviating configuration, and returns why the
// others and it cannot connect: an honest one that cannot use its files opens none and reports
// that.
func (d *deployment) oddOne(doors []*frontDoor, all settings) ([]*frontDoor, error) {
	own, err := parse(d.cluster.oddConfig)
	if err != nil || d.cluster.odd.Component == "" {
		return doors, err
	}
	i := slices.IndexFunc(doors, func(door *frontDoor) bool { return door.port.Component() == d.cluster.odd.Component })
	if i < 0 {
		return doors, fmt.Errorf("there is no component %s", d.cluster.odd.Component)
	}
	plain := func(door *frontDoor) { door.secure, door.plain, door.tls = false, true, (*tls.Config)(nil) }
	if !own.Common.Security.Internal {
		plain(doors[i])
		return doors, errors.New("tls: first record does not look like a TLS handshake")
	}
	pair, err := d.pairOf(harness.InternalCert, own.Internal.Cert, harness.InternalKey, own.Internal.Key)
	if err != nil {
		if d.faults[OddFailsOpen] {
			plain(doors[i])
			return doors, err
		}
		return slices.Delete(doors, i, i+1), err
	}
	roots, err := d.trusts(harness.InternalCA, own.Internal.CA)
	if err != nil {
		return doors, err
	}
	return doors, d.meet(all, pair, roots)
}

// unwell is the component that reports trouble at its health address: the one that is
// configured otherwise.
func (d *deployment) unwell(trouble error) string {
	if trouble == nil || d.faults[OddLooksWell] {
		return ""
	}
	return d.cluster.odd.Component
}

func (d *deployment) clusterParts() (all deploy.Cluster) {
	for _, one := range d.cluster.components {
		all.Components = append(all.Components, deploy.Component{Running: d, Name: one.Name, Management: d.Addr(harness.ManagementOf(one.Name))})
	}
	all.Ended = func() string {
		if d.faults[QueryNodeEndsAtStart] {
			return secondQueryNode
		}
		return ""
	}
	if len(all.Components) > 0 {
		all.Replace = deploy.Can[deploy.Replace](d.Replace)
	}
	return all
}
