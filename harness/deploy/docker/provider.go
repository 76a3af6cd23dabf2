package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// The keys of harness.Server.Where that this provider needs.
const (
	WhereImage = "image" // the Milvus image's ID
	WhereEtcd  = "etcd"  // the etcd image
	WhereMinIO = "minio" // the MinIO image
)

// Provider runs servers as containers, with one etcd and one MinIO for all
// servers that are paired with the same ones, and others that serve TLS for
// those who need them.
type Provider struct {
	engine *Engine
	run    string // the run's folder, which everything is labelled with
	certs  *pki.CertSet
	net    *runNetwork
	stores map[pair]*stores

	mu    sync.Mutex
	names map[string]int
	files map[imageFile][]byte // what was read out of images
}

// New makes the run's network and starts what the servers are paired with.
// run is the run's folder. What TLS they serve, once a server needs that, they
// serve with certificates of the certificate set's CA.
func New(ctx context.Context, e *Engine, run string, certs *pki.CertSet, servers []harness.Server) (*Provider, error) {
	p := &Provider{engine: e, run: run, certs: certs, stores: map[pair]*stores{}, names: map[string]int{}, files: map[imageFile][]byte{}}
	err := e.hasRoom()
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	if p.net, err = newNetwork(ctx, e, run); err != nil {
		return nil, fmt.Errorf("make the run's network: %w", errors.Join(err, p.Close()))
	}
	for _, s := range servers {
		of := pairOf(s)
		if _, there := p.stores[of]; there {
			continue
		}
		p.stores[of] = p.newStores(of)
		if err := p.stores[of].startPlain(ctx); err != nil {
			return nil, fmt.Errorf("start backends: %w", errors.Join(err, p.Close()))
		}
	}
	return p, nil
}

// Name is "docker".
func (p *Provider) Name() string { return name }

// Capabilities are that containers have copies of their files, and that an image can be
// inspected.
func (p *Provider) Capabilities() deploy.ProviderCapabilities {
	return deploy.ProviderCapabilities{CopiesFiles: true, Shipped: deploy.Can(p.shipped), Redact: p.Redact}
}

const closeBound = time.Minute

// Close removes everything that carries the run's label.
func (p *Provider) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeBound)
	defer cancel()
	return errors.Join(p.engine.Remove(ctx, p.run), p.engine.Close())
}

func (p *Provider) began(ctx context.Context, r containerSpec) (*running, error) {
	return p.engine.began(ctx, p.run, p.net.name, r)
}

// name returns a container name that is unique on the engine.
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

// Redact takes the provider's own secrets out of a text.
func (p *Provider) Redact(text []byte) []byte {
	for _, s := range p.stores {
		for _, secret := range []string{s.access, s.secret} {
			text = bytes.ReplaceAll(text, []byte(secret), []byte("[redacted]"))
		}
	}
	return text
}
