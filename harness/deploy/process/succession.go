package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// Shutdown sends SIGTERM, waits for the bound, and kills: 2.3.5 takes about 14 s
// to end, and 2.2.16 was seen to hang for ten minutes.
func (m *milvusServer) Shutdown(ctx context.Context, bound time.Duration) (harness.Shutdown, error) {
	h, err := halt(ctx, m.members(), m.awaitAll(), m.Stop, bound)
	h.Status = m.Status()
	return h, err
}

// halt ends processes as an operator does.
func halt(ctx context.Context, members []*member, over <-chan struct{}, stop func() error, bound time.Duration) (harness.Shutdown, error) {
	begin := time.Now()
	for _, one := range members {
		if err := one.cmd.Process.Signal(unix.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return harness.Shutdown{}, fmt.Errorf("halt %s: %w", filepath.Base(one.dir), err)
		}
	}
	patience := time.NewTimer(bound)
	defer patience.Stop()
	killed := false
	select {
	case <-over:
	case <-patience.C:
		if err := stop(); err != nil {
			return harness.Shutdown{}, err
		}
		killed = true
	case <-ctx.Done():
		return harness.Shutdown{}, errors.Join(ctx.Err(), stop())
	}
	return harness.Shutdown{Seconds: time.Since(begin).Seconds(), Bound: bound.Seconds(), Killed: killed}, nil
}

// Replace has another process take the place of one component's. The configuration and
// log of each have names of their own; the whole's log goes on.
func (m *milvusServer) Replace(ctx context.Context, name string, s deploy.Spec, bound time.Duration) (harness.Shutdown, error) {
	members := m.members()
	i := slices.IndexFunc(members, func(one *member) bool { return one.component.Name == name })
	if i < 0 {
		return harness.Shutdown{}, fmt.Errorf("replace %s: the cluster has no such component", name)
	}
	old := members[i]
	if !slices.Contains(milvus.Components(harness.Features{}.With(s.Server.Features...), s.Topology), old.component) {
		return harness.Shutdown{}, fmt.Errorf("replace %s: %s has no such component", name, s.Server.Version)
	}
	m.leave(old)
	h, err := halt(ctx, []*member{old}, old.exited, old.Stop, bound)
	if h.Status = old.Status(); err != nil {
		return h, fmt.Errorf("replace %s: %w", name, err)
	}
	if _, _, err := m.Log(-1); err != nil { // what the old one wrote last belongs to the whole
		return h, fmt.Errorf("replace %s: %w", name, err)
	}
	m.generation++
	at := m.place
	at.generation = fmt.Sprintf("-%d", m.generation+1)
	next, err := m.provider.runComponent(s, at, old.component)
	if err != nil {
		return h, fmt.Errorf("replace %s: %w", name, err)
	}
	m.replace(old, next)
	return h, nil
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
