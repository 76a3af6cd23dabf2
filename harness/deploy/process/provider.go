package process

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
)

// The keys of harness.Server.Where that this provider needs.
const (
	WhereBin      = "bin"      // the milvus binary
	WhereLib      = "lib"      // its library folder; may be empty
	WhereConfigs  = "configs"  // the folder whose files its configuration starts from; may be empty
	WhereBackends = "backends" // the folder with etcd/etcd and minio/minio
)

// Provider runs servers below one folder, with one etcd and one MinIO for all.
type Provider struct {
	dir    string
	kind   isolate.Kind
	ports  *ports
	etcd   *server
	object *server
	store  milvus.Storage
}

// New starts etcd, and MinIO where one of the servers needs it.
func New(ctx context.Context, kind isolate.Kind, dir string, servers []harness.Server) (*Provider, error) {
	p := &Provider{dir: dir, kind: kind, ports: &ports{kind: kind}}
	backends, object := "", false
	for _, s := range servers {
		backends = s.Where[WhereBackends]
		object = object || s.Storage == "object"
	}
	if err := p.startBackends(ctx, backends, object); err != nil {
		return nil, fmt.Errorf("start backends: %w", errors.Join(err, p.Close()))
	}
	return p, nil
}

// Name is "process".
func (p *Provider) Name() string { return "process" }

// Close ends etcd and MinIO.
func (p *Provider) Close() error {
	var err error
	for _, s := range []*server{p.object, p.etcd} {
		if s != nil {
			err = errors.Join(err, s.Stop())
		}
	}
	return err
}

func (p *Provider) startBackends(ctx context.Context, bin string, object bool) error {
	taken, err := p.ports.take(4)
	if err != nil {
		return err
	}
	local := func(i int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(taken[i])) }
	p.store.Etcd = local(0)
	dir := filepath.Join(p.dir, "etcd")
	// The run's metadata is worth nothing after the run: do not wait for disks.
	p.etcd, err = start(p.kind, dir, filepath.Join(p.dir, "etcd.log"), baseEnvironment(dir),
		filepath.Join(bin, "etcd", "etcd"), "--data-dir", filepath.Join(dir, "data"), "--unsafe-no-fsync", "--log-level", "warn",
		"--listen-client-urls", "http://"+local(0), "--advertise-client-urls", "http://"+local(0),
		"--listen-peer-urls", "http://"+local(1), "--initial-advertise-peer-urls", "http://"+local(1),
		"--initial-cluster", "default=http://"+local(1))
	if err != nil {
		return err
	}
	if object {
		p.store.Object, p.store.Bucket = local(2), "milvus-tls-e2e"
		p.store.Access, p.store.Secret = rand.Text(), rand.Text()
		dir := filepath.Join(p.dir, "minio")
		p.object, err = start(p.kind, dir, filepath.Join(p.dir, "minio.log"),
			baseEnvironment(dir, "MINIO_ROOT_USER="+p.store.Access, "MINIO_ROOT_PASSWORD="+p.store.Secret, "MINIO_UPDATE=off"),
			filepath.Join(bin, "minio", "minio"), "server", "--quiet", "--address", local(2), "--console-address", local(3), filepath.Join(dir, "data"))
		if err != nil {
			return err
		}
		if err := listening(ctx, p.object, p.store.Object); err != nil {
			return fmt.Errorf("minio: %w", err)
		}
	}
	if err := listening(ctx, p.etcd, p.store.Etcd); err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	return nil
}

// backendBound is how long etcd or MinIO may take to listen.
const backendBound = 60 * time.Second

func listening(ctx context.Context, s *server, addr string) error {
	dialer := net.Dialer{Timeout: time.Second}
	boot := deploy.Await(ctx, &milvusServer{server: s}, func(ctx context.Context) error {
		conn, err := dialer.DialContext(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		return conn.Close()
	}, backendBound)
	switch {
	case boot.Ready:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	text, _, _ := s.Log(0)
	if boot.Exited {
		return fmt.Errorf("ended with status %d: %s", boot.Status, lastLine(text))
	}
	return fmt.Errorf("does not listen on %s after %s: %s", addr, backendBound, lastLine(text))
}

// portTries is how many sets of ports a server gets when somebody else takes
// one between choice and use. It is no verdict that is tried again, but a
// deployment that never was the one asked for.
const portTries = 3

// Deploy starts one Milvus.
func (p *Provider) Deploy(ctx context.Context, s deploy.Spec) (deploy.Deployment, error) {
	for try := 1; ; try++ {
		d, err := p.deploy(s)
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

func (p *Provider) deploy(s deploy.Spec) (*milvusServer, error) {
	taken, err := p.ports.take(len(milvus.Roles))
	if err != nil {
		return nil, err
	}
	dir, err := p.newFolder(s.Name)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	return p.run(s, place{dir: dir, ports: taken, conf: "conf", log: "milvus.log"})
}

// A place is where a server runs: its folder, its ports, and where in the
// folder its configuration and its log are. Servers that follow each other
// share the first two.
type place struct {
	dir, conf, log string
	ports          []int
}

func (p *Provider) run(s deploy.Spec, at place) (*milvusServer, error) {
	setup := milvus.Setup{Topology: s.Topology, Change: s.Change, Files: s.Files, Ports: at.ports, Data: at.dir, Work: at.dir, Storage: p.store}
	setup.Storage.Root = filepath.Base(at.dir)
	if s.Server.Storage != "object" {
		setup.Storage.Object = ""
	}
	conf, settings := filepath.Join(at.dir, at.conf), s.Server
	if s.Settings != nil {
		settings = *s.Settings
	}
	err := writeConfigs(conf, stock{folder: s.Server.Where[WhereConfigs], settings: settings.Where[WhereConfigs]}, setup)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	run, err := start(p.kind, at.dir, filepath.Join(at.dir, at.log), milvusEnvironment(at.dir, conf, s.Server.Where[WhereLib], setup),
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
	for _, secret := range []string{p.store.Access, p.store.Secret} {
		if secret != "" {
			text = bytes.ReplaceAll(text, []byte(secret), []byte("[redacted]"))
		}
	}
	return text
}
