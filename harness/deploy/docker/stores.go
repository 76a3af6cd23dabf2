package docker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"path"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// The ports of the backends in their containers.
const (
	etcdPort  = 2379
	minioPort = 9000
)

// bucket is where every server of a run keeps its objects, below a root of its own.
const bucket = "milvus-tls-e2e"

// pair are the images that a server is paired with; minio is empty where it
// keeps its objects on disk.
type pair struct{ etcd, minio string }

func pairOf(s harness.Server) pair {
	p := pair{etcd: s.Where[WhereEtcd]}
	if s.Storage == "object" {
		p.minio = s.Where[WhereMinIO]
	}
	return p
}

// stores are the backends that servers with the same pair of images share.
type stores struct {
	of     pair
	certs  *pki.CertSet
	access string
	secret string
	began  func(context.Context, containerSpec) (*running, error)
	name   func(string) string

	mu      sync.Mutex
	started map[deploy.Backend]*backing
}

func (p *Provider) newStores(of pair) *stores {
	return &stores{
		of: of, certs: p.certs, access: rand.Text(), secret: rand.Text(), began: p.began, name: p.name,
		started: map[deploy.Backend]*backing{},
	}
}

// startPlain starts what most servers of a run need, side by side.
func (s *stores) startPlain(ctx context.Context) error {
	var work errgroup.Group
	for _, which := range []deploy.Backend{deploy.EtcdPlain, deploy.ObjectPlain} {
		if which == deploy.ObjectPlain && s.of.minio == "" {
			continue
		}
		work.Go(func() error {
			_, err := s.running(ctx, which)
			return err
		})
	}
	return work.Wait()
}

// keeping is where one server keeps its metadata and objects: the addresses for its
// configuration, and the containers. object is nil where it needs none.
type keeping struct {
	milvus.Storage
	etcd, object *running
}

// forServer returns what a server is to keep its metadata and its objects in.
func (s *stores) forServer(ctx context.Context, spec deploy.Spec) (keeping, error) {
	etcd, object := spec.Backends()
	k := keeping{Storage: milvus.Storage{Bucket: bucket, Access: s.access, Secret: s.secret}}
	var err error
	if k.etcd, err = s.running(ctx, etcd); err != nil {
		return k, err
	}
	k.Etcd = toldAs(etcd, k.etcd, etcdPort)
	if object == "" {
		return k, nil
	}
	if k.object, err = s.running(ctx, object); err != nil {
		return k, err
	}
	k.Object = toldAs(object, k.object, minioPort)
	return k, nil
}

func encrypted(which deploy.Backend) bool {
	return which != deploy.EtcdPlain && which != deploy.ObjectPlain
}

// toldAs returns the address of a backend for a server's configuration. With a certificate it
// has the name in it: the container's, which the run's network resolves.
func toldAs(which deploy.Backend, s *running, port int) string {
	host := s.address
	if encrypted(which) {
		host = s.name
	}
	return net.JoinHostPort(host, fmt.Sprint(port))
}

// A backing is one backend of a run's, which may still be starting.
type backing struct {
	mu      sync.Mutex
	running *running
}

// running returns a backend that listens, which is started first where it does
// not run yet.
func (s *stores) running(ctx context.Context, which deploy.Backend) (*running, error) {
	s.mu.Lock()
	b := s.started[which]
	if b == nil {
		b = &backing{}
		s.started[which] = b
	}
	s.mu.Unlock()
	b.mu.Lock() // who needs another backend does not wait for this one
	defer b.mu.Unlock()
	if b.running != nil {
		return b.running, nil
	}
	what, err := s.recipe(which)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", which, err)
	}
	started, err := s.began(ctx, what)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", which, err)
	}
	if err := deploy.Listening(ctx, started, started.at(what.ports[0])); err != nil {
		if strings.Contains(err.Error(), deploy.NoSpace) {
			err = started.engine.full()
		}
		return nil, alone(fmt.Errorf("%s: %w", which, err), started.Stop())
	}
	b.running = started
	return started, nil
}

const backendCerts = "/milvus-tls-e2e-certs"

// The files in it; MinIO takes its own by these two names.
const (
	backendCert = "public.crt"
	backendKey  = "private.key"
	backendCA   = "ca.pem"
)

// recipe describes how to start a backend. MinIO has no setting against TLS 1.3; for servers
// that are processes the harness runs a front for that.
func (s *stores) recipe(which deploy.Backend) (containerSpec, error) {
	if which == deploy.ObjectOld {
		return containerSpec{}, errors.New("there is no container of an object store that speaks nothing newer than TLS 1.2")
	}
	began := s.etcd
	if which == deploy.ObjectPlain || which == deploy.ObjectTLS {
		began = s.minio
	}
	r := began(which)
	if !encrypted(which) {
		return r, nil
	}
	cert, err := s.certs.CA().Issue(pki.Leaf{Usages: pki.ServerAuth, Hosts: []string{r.name}})
	if err != nil {
		return r, err
	}
	key, err := cert.KeyPEM()
	if err != nil {
		return r, err
	}
	r.files = []file{
		{path: path.Join(backendCerts, backendCert), text: cert.CertPEM(), mode: 0o644},
		{path: path.Join(backendCerts, backendKey), text: key, mode: 0o600},
		{path: path.Join(backendCerts, backendCA), text: s.certs.CA().PEM(), mode: 0o644},
	}
	return r, nil
}

// etcd describes how to start one. It does not wait for disks, since the metadata are worthless
// after the run. Its default minimum is TLS 1.2.
func (s *stores) etcd(which deploy.Backend) containerSpec {
	r := containerSpec{image: s.of.etcd, name: s.name(string(which)), ports: []int{etcdPort}}
	scheme := "http"
	if encrypted(which) {
		scheme = "https"
	}
	r.cmd = []string{
		"etcd", "--data-dir", "/tmp/etcd", "--unsafe-no-fsync", "--log-level", "warn",
		"--listen-client-urls", scheme + "://0.0.0.0:2379", "--advertise-client-urls", scheme + "://127.0.0.1:2379",
	}
	if encrypted(which) {
		r.cmd = append(r.cmd, "--client-cert-auth", "--cert-file", path.Join(backendCerts, backendCert),
			"--key-file", path.Join(backendCerts, backendKey), "--trusted-ca-file", path.Join(backendCerts, backendCA))
	}
	if which == deploy.EtcdOld {
		r.cmd = append(r.cmd, "--tls-max-version", "TLS1.2")
	}
	return r
}

func (s *stores) minio(which deploy.Backend) containerSpec {
	r := containerSpec{
		image: s.of.minio, name: s.name(string(which)), ports: []int{minioPort}, cmd: []string{"minio", "server", "--quiet"},
		env: map[string]string{"MINIO_ROOT_USER": s.access, "MINIO_ROOT_PASSWORD": s.secret, "MINIO_UPDATE": "off"},
	}
	if which == deploy.ObjectTLS {
		r.cmd = append(r.cmd, "--certs-dir", backendCerts)
	}
	r.cmd = append(r.cmd, "/tmp/minio")
	return r
}
