package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// The keys of harness.Server.Where that this provider needs.
const (
	WhereBin      = "bin"      // the milvus binary
	WhereLib      = "lib"      // its library folder; may be empty
	WhereConfigs  = "configs"  // the folder whose files its configuration starts from; may be empty
	WhereBackends = "backends" // the folder with etcd/etcd and minio/minio
	WhereKafka    = "kafka"    // the folder with Kafka's jars; empty where no cluster is deployed that needs one
)

// Provider runs servers below one folder, with one etcd and one MinIO for all,
// and others that serve TLS for those who need them.
type Provider struct {
	dir    string
	kind   isolate.Kind
	ports  *ports
	stores *stores
}

// New starts etcd, and MinIO where one of the servers needs it. What TLS they
// serve, once a server needs that, they serve with the certificate set's certificates.
func New(ctx context.Context, kind isolate.Kind, dir string, certs *pki.CertSet, servers []harness.Server) (*Provider, error) {
	p := &Provider{dir: dir, kind: kind, ports: &ports{kind: kind}}
	p.stores = newStores(p, certs, servers)
	if err := p.stores.startPlain(ctx); err != nil {
		return nil, fmt.Errorf("start backends: %w", errors.Join(err, p.Close()))
	}
	return p, nil
}

// Name is "process".
func (p *Provider) Name() string { return name }

// Capabilities has that servers read the original files, and that their stock configuration can be inspected.
func (p *Provider) Capabilities() deploy.ProviderCapabilities {
	return deploy.ProviderCapabilities{Shipped: deploy.Can(p.shipped), Redact: p.Redact}
}

// Close ends etcd and MinIO.
func (p *Provider) Close() error { return p.stores.close() }

// portTries is how many sets of ports a server gets if another program takes one between choice
// and use. This repeats no verdict, only a deployment that did not come about as requested.
const portTries = 3

// Deploy starts one Milvus.
func (p *Provider) Deploy(ctx context.Context, s deploy.Spec) (deploy.Deployment, error) {
	for try := 1; ; try++ {
		d, err := p.deploy(ctx, s)
		switch {
		case err != nil:
			return nil, err
		case p.kind != isolate.None:
			return d, nil
		}
		taken, err := d.portTaken(ctx)
		switch {
		case err != nil:
			return nil, errors.Join(err, d.Stop())
		case !taken:
			return d, nil
		case try == portTries:
			return nil, fmt.Errorf("deploy %s: another program took its ports %d times between choice and use", s.Name, try)
		}
		if err := d.Stop(); err != nil {
			return nil, err
		}
	}
}

func (p *Provider) deploy(ctx context.Context, s deploy.Spec) (*milvusServer, error) {
	storage, err := p.stores.forServer(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	components := milvus.Components(harness.Features{}.With(s.Server.Features...), s.Topology)
	taken, err := p.portsFor(s, milvus.Listeners(components))
	if err != nil {
		return nil, err
	}
	dir, err := p.newFolder(s.Name)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	return p.run(s, place{dir: dir, ports: taken, storage: storage, components: components})
}

// A place is where a server runs: its folder, its components and the ports of their listeners,
// its etcd and object store. Successive servers share it all except configurations and logs,
// whose names contain the generation.
type place struct {
	dir        string
	components []milvus.Component
	ports      map[string]int
	storage    milvus.Storage
	generation string // ends the names of configurations and logs; empty for the first
}

func (p *Provider) run(s deploy.Spec, at place) (*milvusServer, error) {
	var members []*member
	for _, c := range at.components {
		m, err := p.runComponent(s, at, c)
		if err != nil {
			for _, started := range members {
				err = errors.Join(err, started.Stop())
			}
			return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
		}
		members = append(members, m)
	}
	return &milvusServer{group: grouped(at.dir, members), setup: members[0].setup, provider: p, place: at}, nil
}

func (p *Provider) runComponent(s deploy.Spec, at place, c milvus.Component) (*member, error) {
	s = s.Of(c.Name)
	setup := milvus.Setup{
		Topology: s.Topology, Change: s.Change, Files: s.Files, Ports: c.PortsFor(at.ports), Data: at.dir, Work: at.dir, Storage: at.storage,
		Followed: s.Followed, Refusals: milvus.LogsRefusals(s.Server),
	}
	setup.Storage.Root = filepath.Base(at.dir)
	if err := present(setup); err != nil {
		return nil, err
	}
	mounts, err := p.give(&setup, s.CustomConfig)
	if err != nil {
		return nil, err
	}
	trust, environment, err := p.trust(at.dir, setup)
	if err != nil {
		return nil, err
	}
	conf, settings := confName(at.dir, c, len(at.components) == 1, at.generation), s.Server
	if s.Settings != nil {
		settings = *s.Settings
	}
	err = writeConfigs(conf, stock{folder: s.Server.Where[WhereConfigs], settings: settings.Where[WhereConfigs]}, setup)
	if err != nil {
		return nil, err
	}
	if err := writeGiven(at.dir, s.Server.Where[WhereConfigs], setup, s.CustomConfig); err != nil {
		return nil, err
	}
	run, err := startSeeing(p.kind, append(mounts, trust...), at.dir, filepath.Join(at.dir, c.Name+at.generation+".log"),
		append(milvusEnvironment(at.dir, conf, s.Server.Where[WhereLib], setup), environment...),
		s.Server.Where[WhereBin], c.Arguments(filepath.Base(at.dir))...)
	if err != nil {
		return nil, err
	}
	return &member{server: run, component: c, setup: setup}, nil
}

// newFolder makes a folder of the deployment's own; its name is the root of
// what the deployment keeps elsewhere too.
func (p *Provider) newFolder(name string) (string, error) {
	for n := 1; ; n++ {
		dir := filepath.Join(p.dir, folder(name))
		if n > 1 {
			dir += fmt.Sprintf("-%d", n)
		}
		if err := os.Mkdir(dir, 0o700); !errors.Is(err, os.ErrExist) {
			return dir, err
		}
	}
}

// folder turns a deployment's name into one that paths, buckets and etcd keys
// all allow.
func folder(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '-'
	}, name))
}

// Redact takes the provider's own secrets out of a text.
func (p *Provider) Redact(text []byte) []byte {
	for _, secret := range p.stores.secrets() {
		if secret != "" {
			text = bytes.ReplaceAll(text, []byte(secret), []byte("[redacted]"))
		}
	}
	return text
}
