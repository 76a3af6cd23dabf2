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

// Capabilities are that servers read the files they are given, and that their stock
// configuration can be looked into.
func (p *Provider) Capabilities() deploy.ProviderCapabilities {
	return deploy.ProviderCapabilities{Shipped: deploy.Can(p.shipped), Redact: p.Redact}
}

// Close ends etcd and MinIO.
func (p *Provider) Close() error { return p.stores.close() }

// portTries is how many sets of ports a server gets when somebody else takes
// one between choice and use. It is no verdict that is tried again, but a
// deployment that never was the one asked for.
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
	taken, err := p.portsFor(s)
	if err != nil {
		return nil, err
	}
	dir, err := p.newFolder(s.Name)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	return p.run(s, place{dir: dir, ports: taken, storage: storage, conf: "conf", log: "milvus.log"})
}

// A place is where a server runs: its folder, its ports, its etcd and object
// store, and where in the folder its configuration and its log are. Servers
// that follow each other share all but the last two.
type place struct {
	dir, conf, log string
	ports          []int
	storage        milvus.Storage
}

func (p *Provider) run(s deploy.Spec, at place) (*milvusServer, error) {
	setup := milvus.Setup{
		Topology: s.Topology, Change: s.Change, Files: s.Files, Ports: at.ports, Data: at.dir, Work: at.dir, Storage: at.storage,
		Followed: s.Followed, Refusals: milvus.LogsRefusals(s.Server),
	}
	setup.Storage.Root = filepath.Base(at.dir)
	if err := present(setup); err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	mounts, err := p.give(&setup, s.CustomConfig)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	trust, environment, err := p.trust(at.dir, setup)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	conf, settings := filepath.Join(at.dir, at.conf), s.Server
	if s.Settings != nil {
		settings = *s.Settings
	}
	err = writeConfigs(conf, stock{folder: s.Server.Where[WhereConfigs], settings: settings.Where[WhereConfigs]}, setup)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	if err := writeGiven(at.dir, s.Server.Where[WhereConfigs], setup, s.CustomConfig); err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	run, err := startSeeing(p.kind, append(mounts, trust...), at.dir, filepath.Join(at.dir, at.log),
		append(milvusEnvironment(at.dir, conf, s.Server.Where[WhereLib], setup), environment...),
		s.Server.Where[WhereBin], "run", "standalone")
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	return &milvusServer{server: run, setup: setup, provider: p, place: at}, nil
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
