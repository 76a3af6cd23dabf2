package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// A place is where a server runs. Servers that follow each other share it: the
// volume with their data, their address on the run's network, the ports of this
// machine, and their root in etcd and the object store.
type place struct {
	root      string // its first container's name
	volume    string
	address   netip.Addr
	published map[int]string // as the first container's; nil before that runs
	keeps     keeping

	user owner // who was here last, and owns what is on the volume
}

// first reports whether this is the place's first server.
func (at *place) first() bool { return at.published == nil }

func (p *Provider) newPlace(ctx context.Context, s deploy.Spec) (*place, error) {
	at := &place{root: p.name(s.Name)}
	if shared := p.stores[pairOf(s.Server)]; shared != nil {
		var err error
		if at.keeps, err = shared.forServer(ctx, s); err != nil {
			return nil, err
		}
	}
	var err error
	if at.address, err = p.net.take(); err != nil {
		return nil, err
	}
	at.volume, err = p.engine.newVolume(ctx, p.run, at.root, s.Server.Version)
	if err != nil {
		p.net.giveBack(at.address)
		return nil, err
	}
	return at, nil
}

func (p *Provider) leave(at *place) error {
	p.net.giveBack(at.address)
	return p.engine.removeVolume(at.volume)
}

// labelVersion is the release for which a volume was made.
const labelVersion = "milvus-tls-e2e.version"

// newVolume makes a volume for a release's data. For an existing name an engine silently returns
// the existing one.
func (e *Engine) newVolume(ctx context.Context, run, name, version string) (string, error) {
	ctx, cancel := uninterrupted(ctx)
	defer cancel()
	of := labels(run)
	of[labelVersion] = version
	made, err := e.client.VolumeCreate(ctx, client.VolumeCreateOptions{Name: name, Labels: of})
	switch {
	case err != nil && strings.Contains(err.Error(), deploy.NoSpace):
		return "", e.full()
	case err != nil:
		return "", fmt.Errorf("make volume %s: %w", name, err)
	case !maps.Equal(made.Volume.Labels, of):
		by := "somebody else"
		if other := made.Volume.Labels[labelVersion]; other != "" {
			by = "Milvus " + other + " of another run"
		}
		return "", fmt.Errorf("there is a volume %s already, which %s left: remove it (make clean, or docker volume rm)", name, by)
	}
	return name, nil
}

func (e *Engine) removeVolume(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), removeBound)
	defer cancel()
	_, err := e.client.VolumeRemove(ctx, name, client.VolumeRemoveOptions{Force: true})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("remove volume %s: %w", name, err)
	}
	return nil
}

// An upgradable is a Milvus in a place that others can take over.
type upgradable struct {
	*server
	provider *Provider
	place    *place
	first    bool // it came first, and so goes last
	gone     sync.Once
	left     error // of its end
}

var _ deploy.Deployment = (*upgradable)(nil)

// Capabilities are the container's, and that another can follow it.
func (h *upgradable) Capabilities() deploy.Capabilities {
	can := h.server.Capabilities()
	can.Succession = deploy.Can(deploy.Succession{Shutdown: h.Shutdown, Start: h.StartSuccessor})
	return can
}

// Stop removes the container, and with the first of a place what they all kept.
func (h *upgradable) Stop() error {
	h.gone.Do(func() {
		h.left = h.server.Stop()
		if h.first {
			h.left = cmp.Or(h.left, h.provider.leave(h.place))
		}
	})
	return h.left
}

// Shutdown asks the container to end as docker stop does, waits for the bound, and
// kills it. The container and its log stay.
func (h *upgradable) Shutdown(ctx context.Context, bound time.Duration) (harness.Shutdown, error) {
	begin := time.Now()
	halted := func(killed bool) (harness.Shutdown, error) {
		took := max(0, h.ended.Sub(begin))
		return harness.Shutdown{Seconds: took.Seconds(), Bound: bound.Seconds(), Killed: killed, Status: h.Status()}, nil
	}
	if err := h.signal(ctx, h.asks); err != nil {
		return harness.Shutdown{}, err
	}
	patience := time.NewTimer(bound)
	defer patience.Stop()
	select {
	case <-h.Exited():
		return halted(false)
	case <-patience.C:
	case <-ctx.Done():
		return harness.Shutdown{}, errors.Join(ctx.Err(), h.Stop())
	}
	if err := h.signal(ctx, "SIGKILL"); err != nil {
		return harness.Shutdown{}, err
	}
	dies := time.NewTimer(removeBound)
	defer dies.Stop()
	select {
	case <-h.Exited():
		return halted(true)
	case <-dies.C:
		return harness.Shutdown{}, fmt.Errorf("halt %s: it is still there %s after a kill", h.name, removeBound)
	case <-ctx.Done():
		return harness.Shutdown{}, errors.Join(ctx.Err(), h.Stop())
	}
}

func (s *running) signal(ctx context.Context, which string) error {
	s.asked.Store(true)
	_, err := s.engine.client.ContainerKill(ctx, s.id, client.ContainerKillOptions{Signal: which})
	if err != nil && !gone(err) {
		return fmt.Errorf("halt %s: %w", s.name, err)
	}
	return nil
}

// StartSuccessor starts a container of another release, or of the same, in the place
// of one that was halted.
func (h *upgradable) StartSuccessor(ctx context.Context, s deploy.Spec) (deploy.Deployment, error) {
	select {
	case <-h.Exited():
	default:
		return nil, fmt.Errorf("deploy %s: the server before it still runs", s.Name)
	}
	if (s.Server.Storage == "object") != (h.setup.Storage.Object != "") {
		return nil, fmt.Errorf("deploy %s: the server before it keeps its data in another kind of storage", s.Name)
	}
	next, err := h.provider.startAt(ctx, s, h.place, h.provider.name(s.Name))
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	return &upgradable{server: next, provider: h.provider, place: h.place}, nil
}
