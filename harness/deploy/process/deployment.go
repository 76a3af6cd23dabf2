package process

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strconv"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
)

// milvusServer is a running Milvus as a deploy.Deployment.
type milvusServer struct {
	*server
	setup      milvus.Setup
	provider   *Provider
	place      place
	generation int // how many servers have followed in its place
}

// Addr gives the address of a port; REST's is gRPC's where they share one.
func (m *milvusServer) Addr(p harness.Port) string {
	switch p {
	case harness.Etcd:
		return m.setup.Storage.Etcd
	case harness.Store:
		return m.setup.Storage.Object
	default: // Milvus's own
	}
	role := string(p)
	if p == harness.HTTP && m.setup.RESTShares() {
		role = string(harness.GRPC)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(m.setup.Port(role)))
}

// Capabilities are those of a process of this machine: its components meet on the
// loopback of the run's network namespace.
func (m *milvusServer) Capabilities() deploy.Capabilities {
	return deploy.Capabilities{
		Capture:    deploy.Can("lo"),
		Succession: deploy.Can(deploy.Succession{Shutdown: m.Shutdown, Start: m.StartSuccessor}),
		MountView:  m.mountView(), Ran: m.ran, Lost: m.lost,
	}
}

// mountView says that the configuration names other paths than it was given, which
// is so without namespaces.
func (m *milvusServer) mountView() string {
	if m.setup.Given == nil || len(m.setup.Given.Paths) == 0 {
		return ""
	}
	return "paths are those of this machine: without namespaces nothing can be mounted"
}

// Where is the server's folder: its log is milvus.log there.
func (m *milvusServer) Where() string { return m.dir }

// portTaken tells whether the server ended at once because a port that was
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

// lost tells whether the server was killed by somebody else than this run, as a system
// does that has no memory left, or ended over a port that another program took, as
// can be where the network is shared. On a busy machine it may end over that later
// than is waited for, and in another's place no other port can be chosen.
func (m *milvusServer) lost() error {
	if m.Status() == killedStatus && !m.asked.Load() {
		return errors.New("somebody killed the process: a machine that has no memory left does so")
	}
	if m.provider.kind != isolate.None || m.setup.RESTShares() { // which may itself be why
		return nil
	}
	if taken, err := m.foundPortTaken(); err != nil || !taken {
		return err
	}
	return errors.New("another program took one of its ports")
}

// killedStatus is that of a process that SIGKILL ended.
const killedStatus = 128 + 9
