package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
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
// serve, once a server needs that, they serve with the wallet's certificates.
func New(ctx context.Context, kind isolate.Kind, dir string, wallet *pki.Wallet, servers []harness.Server) (*Provider, error) {
	p := &Provider{dir: dir, kind: kind, ports: &ports{kind: kind}}
	p.stores = newStores(p, wallet, servers)
	if err := p.stores.startPlain(ctx); err != nil {
		return nil, fmt.Errorf("start backends: %w", errors.Join(err, p.Close()))
	}
	return p, nil
}

// Name is "process".
func (p *Provider) Name() string { return "process" }

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
	setup := milvus.Setup{Topology: s.Topology, Change: s.Change, Files: s.Files, Ports: taken, Data: dir, Work: dir, Storage: storage}
	setup.Storage.Root = filepath.Base(dir)
	mounts, err := p.give(&setup, s.Given)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	trust, environment, err := p.trust(dir, setup)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	if err := writeConfigs(filepath.Join(dir, "conf"), s.Server.Where[WhereConfigs], setup); err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	if err := writeGiven(dir, s.Server.Where[WhereConfigs], setup, s.Given); err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	run, err := startSeeing(p.kind, append(mounts, trust...), dir, filepath.Join(dir, "milvus.log"),
		append(milvusEnvironment(dir, s.Server.Where[WhereLib], setup), environment...),
		s.Server.Where[WhereBin], "run", "standalone")
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	return &milvusServer{server: run, setup: setup}, nil
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

// milvusEnvironment carries only where to find things and what no file can
// say: the environment wins over milvus.yaml (seen on 2.3.5), so a setting
// here would hide what is judged.
func milvusEnvironment(dir, lib string, s milvus.Setup) []string {
	env := baseEnvironment(dir, "MILVUSCONF="+filepath.Join(dir, "conf"), "DEPLOY_MODE=STANDALONE",
		"METRICS_PORT="+strconv.Itoa(s.Port("management")))
	if lib != "" {
		env = append(env, "LD_LIBRARY_PATH="+lib)
	}
	return env
}

// mergedOver are files that some releases merge over milvus.yaml: what they say
// would win over what is judged.
var mergedOver = map[string]bool{"user.yaml": true, "default.yaml": true}

// writeConfigs lays out the folder that MILVUSCONF names: the stock files, and
// milvus.yaml made of the stock one and the setup.
func writeConfigs(dir, stock string, s milvus.Setup) error {
	for _, d := range []string{dir, filepath.Join(s.Work, "logs")} { // glog.conf logs to logs/
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
	}
	var base []byte
	if stock != "" {
		files, err := os.ReadDir(stock)
		if err != nil {
			return fmt.Errorf("read stock configuration: %w", err)
		}
		for _, f := range files {
			// Links count as what they lead to: a mounted ConfigMap is full of them.
			info, err := os.Stat(filepath.Join(stock, f.Name()))
			if err != nil {
				return fmt.Errorf("read stock configuration: %w", err)
			}
			if !info.Mode().IsRegular() || mergedOver[f.Name()] {
				continue
			}
			text, err := os.ReadFile(filepath.Join(stock, f.Name()))
			if err != nil {
				return fmt.Errorf("read stock configuration: %w", err)
			}
			if f.Name() == "milvus.yaml" {
				base = text
				continue
			}
			if err := copyAll(filepath.Join(dir, f.Name()), 0o600, bytes.NewReader(text)); err != nil {
				return err
			}
		}
	}
	text, err := milvus.Config(base, s)
	if err != nil {
		return err
	}
	return copyAll(filepath.Join(dir, "milvus.yaml"), 0o600, bytes.NewReader(text))
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
