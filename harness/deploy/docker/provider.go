package docker

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// The keys of harness.Server.Where that this provider needs.
const (
	WhereImage = "image" // the Milvus image's ID
	WhereEtcd  = "etcd"  // the etcd image
	WhereMinIO = "minio" // the MinIO image
)

// Provider runs servers as containers, with one etcd and one MinIO for all
// servers that are paired with the same ones.
type Provider struct {
	engine *Engine
	run    string // the run's folder, which everything is labelled with
	net    *testcontainers.DockerNetwork

	stores map[pair]milvus.Storage
	secret []string

	mu    sync.Mutex
	names map[string]int
	stock map[string][]byte // milvus.yaml of an image, by its ID
}

// pair is what a server is paired with.
type pair struct{ etcd, minio string }

func pairOf(s harness.Server) pair {
	p := pair{etcd: s.Where[WhereEtcd]}
	if s.Storage == "object" {
		p.minio = s.Where[WhereMinIO]
	}
	return p
}

// New makes the run's network and starts what the servers are paired with.
// run is the run's folder.
func New(ctx context.Context, e *Engine, run string, servers []harness.Server) (*Provider, error) {
	p := &Provider{engine: e, run: run, stores: map[pair]milvus.Storage{}, names: map[string]int{}, stock: map[string][]byte{}}
	var err error
	if p.net, err = network.New(ctx, network.WithLabels(labels(run))); err != nil {
		return nil, fmt.Errorf("make the run's network: %w", errors.Join(err, p.Close()))
	}
	for _, s := range servers {
		of := pairOf(s)
		if _, there := p.stores[of]; there {
			continue
		}
		if p.stores[of], err = p.startBackends(ctx, of); err != nil {
			return nil, fmt.Errorf("start backends: %w", errors.Join(err, p.Close()))
		}
	}
	return p, nil
}

// Name is "docker".
func (p *Provider) Name() string { return "docker" }

// closeBound is how long the engine may take to remove everything of a run.
const closeBound = time.Minute

// Close removes everything that carries the run's label.
func (p *Provider) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeBound)
	defer cancel()
	return errors.Join(p.engine.Remove(ctx, p.run), p.engine.Close())
}

// The ports of the backends in their containers.
const (
	etcdPort  = 2379
	minioPort = 9000
)

func (p *Provider) startBackends(ctx context.Context, of pair) (milvus.Storage, error) {
	var store milvus.Storage
	// The run's metadata is worth nothing after the run: do not wait for disks.
	etcd, err := p.start(ctx, recipe{
		image: of.etcd, name: p.name("etcd"), ports: []int{etcdPort},
		cmd: []string{"etcd", "--data-dir", "/tmp/etcd", "--unsafe-no-fsync", "--log-level", "warn",
			"--listen-client-urls", "http://0.0.0.0:2379", "--advertise-client-urls", "http://127.0.0.1:2379"},
	})
	if err != nil {
		return store, err
	}
	store.Etcd = net.JoinHostPort(etcd.address, fmt.Sprint(etcdPort))
	if of.minio != "" {
		store.Bucket, store.Access, store.Secret = "milvus-tls-e2e", rand.Text(), rand.Text()
		p.secret = append(p.secret, store.Access, store.Secret)
		minio, err := p.start(ctx, recipe{
			image: of.minio, name: p.name("minio"), ports: []int{minioPort},
			cmd: []string{"minio", "server", "--quiet", "/tmp/minio"},
			env: map[string]string{"MINIO_ROOT_USER": store.Access, "MINIO_ROOT_PASSWORD": store.Secret, "MINIO_UPDATE": "off"},
		})
		if err != nil {
			return store, err
		}
		store.Object = net.JoinHostPort(minio.address, fmt.Sprint(minioPort))
		if err := listening(ctx, minio, minioPort); err != nil {
			return store, err
		}
	}
	return store, listening(ctx, etcd, etcdPort)
}

func (p *Provider) start(ctx context.Context, r recipe) (*running, error) {
	return p.engine.start(ctx, p.run, p.net.Name, r)
}

// name gives a container a name that is its own on the whole engine.
func (p *Provider) name(of string) string {
	of = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, of)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.names[of]++
	if n := p.names[of]; n > 1 {
		of = fmt.Sprintf("%s-%d", of, n)
	}
	return filepath.Base(p.run) + "-" + of
}

// backendBound is how long etcd or MinIO may take to listen.
const backendBound = 60 * time.Second

func listening(ctx context.Context, s *running, port int) error {
	dialer := net.Dialer{Timeout: time.Second}
	boot := deploy.Await(ctx, &server{running: s}, func(ctx context.Context) error {
		conn, err := dialer.DialContext(ctx, "tcp", s.at(port))
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
		return fmt.Errorf("%s ended with status %d: %s", s.name, boot.Status, milvus.Last(text))
	}
	return fmt.Errorf("%s does not listen after %s: %s", s.name, backendBound, milvus.Last(text))
}

// Redact takes the provider's own secrets out of a text.
func (p *Provider) Redact(text []byte) []byte {
	for _, secret := range p.secret {
		text = bytes.ReplaceAll(text, []byte(secret), []byte("[redacted]"))
	}
	return text
}
