package process

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strconv"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
)

type milvusServer struct {
	*group
	setup      milvus.Setup // of its first process
	provider   *Provider
	place      place
	generation int // how many servers have followed in its place
}

// Addr returns the address of a port; REST's is gRPC's where they share one.
func (m *milvusServer) Addr(p harness.Port) string {
	switch p {
	case harness.Etcd:
		return m.setup.Storage.Etcd
	case harness.Store:
		return m.setup.Storage.Object
	case harness.MQ:
		return m.setup.Storage.Kafka
	default: // Milvus's own
	}
	if p.First() == harness.HTTP && m.setup.RESTShares() {
		p = harness.GRPC + harness.Port(strings.TrimPrefix(string(p), string(harness.HTTP)))
	}
	if proxy := harness.ManagementOf("proxy"); p == harness.Management && m.place.ports[string(proxy)] != 0 {
		p = proxy // which clients connect to
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(m.place.ports[milvus.SameListener(string(p))]))
}

// Capabilities are those of a local process: its components connect over the loopback of the
// run's network namespace.
func (m *milvusServer) Capabilities() deploy.Capabilities {
	channels := ""
	if m.setup.Storage.Kafka != "" {
		channels = m.setup.Storage.Root
	}
	return deploy.Capabilities{
		Channels:   channels,
		Capture:    deploy.Can("lo"),
		Succession: deploy.Can(deploy.Succession{Shutdown: m.Shutdown, Start: m.StartSuccessor}),
		MountView:  m.mountView(), Ran: m.ran, Lost: m.lost, Cluster: m.cluster(),
	}
}

// cluster returns the processes of a server that is more than one.
func (m *milvusServer) cluster() (all deploy.Cluster) {
	if len(m.of) == 1 {
		return all
	}
	for _, one := range m.members() {
		all.Components = append(all.Components, deploy.Component{
			Running: one.server, Name: one.component.Name, Management: m.Addr(harness.ManagementOf(one.component.Name)),
		})
	}
	all.Ended = func() string {
		if e := m.first(); e != nil {
			return e.component.Name
		}
		return ""
	}
	all.Replace = deploy.Can[deploy.Replace](m.Replace)
	return all
}

// mountView reports that, without namespaces, the configuration has other paths than it was
// given.
func (m *milvusServer) mountView() string {
	if m.setup.Given == nil || len(m.setup.Given.Paths) == 0 {
		return ""
	}
	return "paths are those of this machine: without namespaces nothing can be mounted"
}

// portTaken reports whether the server ended at once because a port that was
// free when it was chosen no longer was. Such an end comes within the first
// moments; a server that lives longer has its ports.
func (m *milvusServer) portTaken(ctx context.Context) (bool, error) {
	select {
	case <-m.Exited():
		return m.foundPortTaken()
	case <-m.provider.ports.past():
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

func (m *milvusServer) foundPortTaken() (bool, error) {
	text, _, err := m.Log(0)
	return bytes.Contains(text, []byte("address already in use")), err
}

var _ deploy.Deployment = (*milvusServer)(nil)

// lost reports whether the server was killed from outside this run, as by a system without
// memory, or exited because another program took its port, as can happen where the network is
// shared. On a busy machine that may happen later than is waited for, and a successor cannot
// choose other ports.
func (m *milvusServer) lost() error {
	if e := m.first(); e != nil && e.Status() == killedStatus && !e.asked.Load() {
		return errors.New("the process was killed from outside, as happens on a machine without free memory")
	}
	if m.provider.kind != isolate.None || m.setup.RESTShares() { // which may itself be why
		return nil
	}
	if taken, err := m.foundPortTaken(); err != nil || !taken {
		return err
	}
	return errors.New("another program took one of its ports")
}

const killedStatus = 128 + 9
