package standin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// Provider starts stand-ins with the same faults.
type Provider struct {
	certs  *pki.CertSet
	faults faults

	real         bool          // they behave as servers of their lines do
	ending       Ending        // of starts that fail over the proxy; "" where it is drawn
	etcdPatience time.Duration // instead of the line's; 0 for that

	mu      sync.Mutex
	started []*deployment
	shipped deploy.Shipped
	ends    atomic.Pointer[Ends] // how servers end by themselves; nil where none does
}

var _ deploy.Provider = (*Provider)(nil)

// New returns a provider of stand-ins that have these faults and are honest otherwise. What a
// fault needs (another certificate, for instance) comes from the certificate set. An unknown
// fault makes every Deploy fail.
func New(w *pki.CertSet, faults ...Fault) *Provider {
	p := &Provider{certs: w, faults: map[Fault]bool{}}
	for _, fault := range faults {
		p.faults[fault] = true
	}
	return p
}

// Name is the provider's name in results.
func (p *Provider) Name() string { return "standin" }

// Capabilities has the CA that a stand-in ships.
func (p *Provider) Capabilities() deploy.ProviderCapabilities {
	return deploy.ProviderCapabilities{Shipped: deploy.Can(p.ships)}
}

// Deploy starts a stand-in within about a millisecond. One whose start failed has ended when
// Deploy returns. An error means that there was no folder or port, or that a fault is unknown.
func (p *Provider) Deploy(ctx context.Context, s deploy.Spec) (deploy.Deployment, error) {
	d, err := p.deploy(ctx, s, nil)
	if err != nil {
		return nil, fmt.Errorf("deploy stand-in %s: %w", s.Name, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started = append(p.started, d)
	return d, nil
}

// A stand-in's keys of harness.Server's Where.
const (
	WhereFirst  = "first"  // the oldest release that it takes over from
	WhereEngine = "engine" // Stub, or nothing for one that searches
	Stub        = "stub"   // searches and queries are answered as by a server with a stub in its vector engine's place
)

func (p *Provider) deploy(ctx context.Context, s deploy.Spec, before *deployment) (*deployment, error) {
	if err := errors.Join(ctx.Err(), p.faults.known()); err != nil {
		return nil, err
	}
	d := &deployment{
		certs: p.certs, name: s.Name, version: version(s.Server),
		sockets: map[harness.Port]*socket{}, left: map[harness.Port]*socket{}, exited: make(chan struct{}), provider: p,
		release: harness.Features{}.With(s.Server.Features...), first: s.Server.Where[WhereFirst], bare: s.Server.Where[WhereEngine] == Stub,
	}
	d.ends, d.cluster = &demise{d: d, name: s.Name}, clusterOf(d.release, s)
	if err := d.behave(s.Server, s.Name); err != nil {
		return nil, err
	}
	if before == nil {
		d.store = newStore(d.faults)
		d.store.log = &d.log
	} else {
		d.takeOver(before)
	}
	text, err := d.prepare(s, before)
	if err != nil {
		return nil, errors.Join(err, d.Stop())
	}
	if err := d.began(text); err != nil {
		d.fail(err)
	}
	return d, nil
}

func version(s harness.Server) string {
	for _, name := range []string{s.ServerVersion, s.Version} {
		if name != "" {
			return name
		}
	}
	return "stand-in"
}

// listeners are the stand-in's roles of milvus.Roles, including those of its release's
// components.
func (d *deployment) listeners() []harness.Port {
	ports := []harness.Port{harness.GRPC, harness.HTTP, harness.Management, harness.InternalProxy}
	for _, p := range d.release.InternalPortsOf() {
		if p != harness.InternalProxy {
			ports = append(ports, p)
		}
	}
	return append(ports, d.cluster.listeners()...)
}

// prepare makes the folder, takes the ports and writes the configuration.
func (d *deployment) prepare(s deploy.Spec, before *deployment) ([]byte, error) {
	folder, err := os.MkdirTemp("", "standin-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	d.where = folder
	setup := milvus.Setup{Topology: s.Topology, Change: s.Change, Data: filepath.Join(folder, "data"), Work: folder, Refusals: milvus.LogsRefusals(s.Server)}
	fixed, err := given(&setup, s.CustomConfig)
	if err != nil {
		return nil, err
	}
	for _, port := range d.listeners() {
		if before != nil && before.left[port] != nil { // which another release may have none of
			d.sockets[port] = before.left[port]
			continue
		}
		if d.sockets[port], err = reserve(fixed[port]); err != nil {
			return nil, err
		}
	}
	if setup.Files.Dir, err = filepath.Abs(s.Files.Dir); err != nil {
		return nil, fmt.Errorf("find server files: %w", err)
	}
	if err := d.register(s); err != nil {
		return nil, err
	}
	if setup.Storage, err = d.openBackends(s.Topology, s.Change, s.RouteThrough != nil); err != nil {
		return nil, err
	}
	setup.Storage.Queue = milvus.QueueOf(d.release, s.Topology)
	if setup.Storage.Etcd, err = s.Route(harness.Etcd, setup.Storage.Etcd); err != nil {
		return nil, err
	}
	if setup.Storage.Object, err = s.Route(harness.Store, setup.Storage.Object); err != nil {
		return nil, err
	}
	if setup.Storage.Kafka, err = s.Route(harness.MQ, setup.Storage.Kafka); err != nil {
		return nil, err
	}
	for i, r := range milvus.Roles {
		number := i + 1 // never listened on
		for _, port := range d.listeners() {
			if milvus.SameListener(string(port)) == r.Role {
				number = d.sockets[port].number
			}
		}
		setup.Ports = append(setup.Ports, number)
	}
	d.replaced.setup = setup
	if err := d.cluster.configureOdd(setup); err != nil {
		return nil, err
	}
	if s.Settings != nil && d.faults[ReadsOldSettingsOtherwise] {
		setup.Topology.REST = harness.NoREST
	}
	if s.Change.Layout != "" && d.faults[IgnoresMounts] {
		setup.Topology.Mode = 0
	}
	text, err := d.configuration(s.CustomConfig, setup)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "milvus.yaml"), text, 0o600); err != nil {
		return nil, fmt.Errorf("write configuration: %w", err)
	}
	return text, nil
}

// given adds somebody else's description to the setup, and returns the ports that this fixes.
// The configuration has the mounts' sources on this machine.
func given(setup *milvus.Setup, g *deploy.CustomConfig) (map[harness.Port]int, error) {
	if g == nil {
		return nil, nil
	}
	setup.Given = &milvus.CustomConfig{Config: g.Config, User: g.User, Paths: map[string]string{}}
	for _, m := range g.Mounts {
		setup.Given.Paths[m.At] = m.From
	}
	if !g.OwnPorts {
		return nil, nil
	}
	ports, err := milvus.PortsOf(g.Config)
	if err != nil {
		return nil, err
	}
	fixed := map[harness.Port]int{}
	for i, r := range milvus.Roles {
		fixed[harness.Port(r.Role)] = ports[i]
	}
	return fixed, nil
}

// Close stops every stand-in that still runs.
func (p *Provider) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, d := range p.started {
		errs = append(errs, d.Stop())
	}
	p.started = nil
	return errors.Join(errs...)
}
