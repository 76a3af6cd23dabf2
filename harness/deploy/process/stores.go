package process

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// bucket is where every server of a run keeps its objects, below a root of its own.
const bucket = "milvus-tls-e2e"

// stores are the etcd and the object stores that the servers of a run share.
type stores struct {
	provider *Provider
	certs    *pki.CertSet
	bin      string // folder with etcd/etcd and minio/minio
	jars     string // folder with Kafka's jars; empty where no cluster is deployed that needs one
	object   bool   // a server of this run needs an object store
	access   string
	secret   string

	mu      sync.Mutex
	started map[deploy.Backend]*startedStore
	old     *front // before the object store in plaintext; nil where no server needs it
}

type startedStore struct {
	*server
	at        string // its address
	listening bool
}

func newStores(p *Provider, w *pki.CertSet, servers []harness.Server) *stores {
	s := &stores{provider: p, certs: w, access: rand.Text(), secret: rand.Text(), started: map[deploy.Backend]*startedStore{}}
	for _, server := range servers {
		s.bin = server.Where[WhereBackends]
		s.object = s.object || server.Storage == "object"
		s.jars = cmp.Or(s.jars, server.Where[WhereKafka])
	}
	return s
}

// startPlain starts what most servers of a run need, side by side.
func (s *stores) startPlain(ctx context.Context) error {
	plain := []deploy.Backend{deploy.EtcdPlain}
	if s.object {
		plain = []deploy.Backend{deploy.ObjectPlain, deploy.EtcdPlain} // the slower one is waited for first
	}
	for _, which := range plain {
		if _, err := s.began(which); err != nil {
			return err
		}
	}
	for _, which := range plain {
		if _, err := s.address(ctx, which); err != nil {
			return err
		}
	}
	return nil
}

// forServer returns what a server is to keep its metadata and its objects in.
func (s *stores) forServer(ctx context.Context, spec deploy.Spec) (milvus.Storage, error) {
	etcd, object := spec.Backends()
	at := milvus.Storage{Bucket: bucket, Access: s.access, Secret: s.secret}
	var err error
	if at.Etcd, err = s.address(ctx, etcd); err != nil {
		return at, err
	}
	if object != "" {
		if at.Object, err = s.address(ctx, object); err != nil {
			return at, err
		}
	}
	at.Queue = milvus.QueueOf(harness.Features{}.With(spec.Server.Features...), spec.Topology)
	if queue := spec.QueueBackend(); queue != "" {
		if at.Kafka, err = s.address(ctx, queue); err != nil {
			return at, err
		}
	}
	if at.Etcd, err = spec.Route(harness.Etcd, at.Etcd); err != nil {
		return at, err
	}
	at.Object, err = spec.Route(harness.Store, at.Object)
	return at, err
}

// address returns the address of a store, which is started first where it does
// not run yet.
func (s *stores) address(ctx context.Context, which deploy.Backend) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if which == deploy.ObjectOld {
		return s.oldObject(ctx)
	}
	return s.listening(ctx, which)
}

// oldObject returns the address of the object store that speaks nothing newer than TLS
// 1.2.
func (s *stores) oldObject(ctx context.Context) (string, error) {
	if s.old != nil {
		return s.old.Addr().String(), nil
	}
	plain, err := s.listening(ctx, deploy.ObjectPlain)
	if err != nil {
		return "", err
	}
	ports, err := s.provider.ports.take(1)
	if err != nil {
		return "", err
	}
	if s.old, err = newFront(s.certs.Server(), local(ports[0]), plain); err != nil {
		return "", fmt.Errorf("%s: %w", deploy.ObjectOld, err)
	}
	return s.old.Addr().String(), nil
}

// listening starts a store where it does not run yet, and waits until it listens.
func (s *stores) listening(ctx context.Context, which deploy.Backend) (string, error) {
	started, err := s.began(which)
	if err != nil {
		return "", err
	}
	if !started.listening {
		if err := deploy.Listening(ctx, started.server, started.at); err != nil {
			return "", fmt.Errorf("%s: %w", which, err)
		}
		started.listening = true
	}
	return started.at, nil
}

// began starts a store where it does not run yet.
func (s *stores) began(which deploy.Backend) (*startedStore, error) {
	if started := s.started[which]; started != nil {
		return started, nil
	}
	ports, err := s.provider.ports.take(2)
	if err != nil {
		return nil, err
	}
	run := s.etcd
	switch which {
	case deploy.ObjectPlain, deploy.ObjectTLS:
		run = s.minio
	case deploy.KafkaPlain, deploy.KafkaTLS:
		run = s.kafka
	default:
	}
	at := local(ports[0])
	server, err := run(which, filepath.Join(s.provider.dir, string(which)), at, local(ports[1]))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", which, err)
	}
	s.started[which] = &startedStore{server: server, at: at}
	return s.started[which], nil
}

func local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// etcd starts one. The run's metadata is worth nothing after the run: it does
// not wait for disks.
func (s *stores) etcd(which deploy.Backend, dir, at, peer string) (*server, error) {
	scheme, more := "http://", []string{}
	if which != deploy.EtcdPlain {
		files, err := s.certs.WriteServer(filepath.Join(dir, "certs"), harness.ConfigChange{})
		if err != nil {
			return nil, err
		}
		scheme = "https://"
		more = []string{"--client-cert-auth", "--cert-file", files.Path(harness.ServerCert), "--key-file", files.Path(harness.ServerKey),
			"--trusted-ca-file", files.Path(harness.CACert), "--tls-min-version", "TLS1.2"}
	}
	if which == deploy.EtcdOld {
		more = append(more, "--tls-max-version", "TLS1.2")
	}
	args := append([]string{"--data-dir", filepath.Join(dir, "data"), "--unsafe-no-fsync", "--log-level", "warn",
		"--listen-client-urls", scheme + at, "--advertise-client-urls", scheme + at,
		"--listen-peer-urls", "http://" + peer, "--initial-advertise-peer-urls", "http://" + peer,
		"--initial-cluster", "default=http://" + peer}, more...)
	return began(s.provider.kind, dir, dir+".log", baseEnvironment(dir), filepath.Join(s.bin, "etcd", "etcd"), args...)
}

// minio starts one. It takes its certificate from a folder, by file names of
// its own.
func (s *stores) minio(which deploy.Backend, dir, at, console string) (*server, error) {
	certs := filepath.Join(dir, "certs")
	if err := os.MkdirAll(certs, 0o700); err != nil {
		return nil, err
	}
	if which == deploy.ObjectTLS {
		cert, key, err := s.certs.Server().Write(certs, "public")
		if err != nil {
			return nil, err
		}
		if err := errors.Join(os.Rename(cert, filepath.Join(certs, "public.crt")), os.Rename(key, filepath.Join(certs, "private.key"))); err != nil {
			return nil, err
		}
	}
	return began(s.provider.kind, dir, dir+".log",
		baseEnvironment(dir, "MINIO_ROOT_USER="+s.access, "MINIO_ROOT_PASSWORD="+s.secret, "MINIO_UPDATE=off"),
		filepath.Join(s.bin, "minio", "minio"), "server", "--quiet", "--certs-dir", certs,
		"--address", at, "--console-address", console, filepath.Join(dir, "data"))
}

// secrets must not appear in any log.
func (s *stores) secrets() []string { return []string{s.access, s.secret} }

func (s *stores) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, started := range s.started {
		if started.server != nil {
			err = errors.Join(err, started.Stop())
		}
	}
	clear(s.started)
	if s.old != nil {
		err, s.old = errors.Join(err, s.old.stop()), nil
	}
	return err
}
