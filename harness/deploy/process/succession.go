package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// Shutdown sends SIGTERM, waits for the bound, and kills: 2.3.5 takes about 14 s
// to end, and 2.2.16 was seen to hang for ten minutes.
func (m *milvusServer) Shutdown(ctx context.Context, bound time.Duration) (harness.Shutdown, error) {
	begin := time.Now()
	halted := func(killed bool) harness.Shutdown {
		return harness.Shutdown{Seconds: time.Since(begin).Seconds(), Bound: bound.Seconds(), Killed: killed, Status: m.Status()}
	}
	for _, one := range m.members {
		if err := one.cmd.Process.Signal(unix.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return harness.Shutdown{}, fmt.Errorf("halt %s: %w", filepath.Base(m.dir), err)
		}
	}
	patience := time.NewTimer(bound)
	defer patience.Stop()
	select {
	case <-m.awaitAll():
		return halted(false), nil
	case <-patience.C:
	case <-ctx.Done():
		return harness.Shutdown{}, errors.Join(ctx.Err(), m.Stop())
	}
	if err := m.Stop(); err != nil {
		return harness.Shutdown{}, err
	}
	return halted(true), nil
}

// StartSuccessor starts a server in this one's folder, with its ports, root path in etcd and
// object store. Configurations and logs of the earlier servers are kept.
func (m *milvusServer) StartSuccessor(_ context.Context, s deploy.Spec) (deploy.Deployment, error) {
	if !m.over() {
		return nil, fmt.Errorf("deploy %s: the server before it still runs", s.Name)
	}
	if s.Server.Storage != "object" && m.setup.Storage.Object != "" || s.Server.Storage == "object" && m.setup.Storage.Object == "" {
		return nil, fmt.Errorf("deploy %s: the server before it keeps its data in another kind of storage", s.Name)
	}
	at := m.place
	at.components = milvus.Components(harness.Features{}.With(s.Server.Features...), s.Topology)
	at.generation = fmt.Sprintf("-%d", m.generation+2)
	next, err := m.provider.run(s, at)
	if err != nil {
		return nil, err
	}
	next.generation = m.generation + 1
	return next, nil
}
