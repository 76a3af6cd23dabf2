package docker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki/pkitest"
)

func unstarted(t *testing.T) *Provider {
	t.Helper()
	return &Provider{run: filepath.Join(t.TempDir(), "run"), certs: pkitest.CertSet(t), names: map[string]int{}}
}

// A server on the run's network knows a backend by its container's name, and
// whoever asks from this machine expects localhost.
func TestEncryptedBackendsCertificateIsMadeOutToItsName(t *testing.T) {
	p := unstarted(t)
	s := p.newStores(pair{etcd: "etcd-image", minio: "minio-image"})
	for _, which := range []deploy.Backend{deploy.EtcdMutual, deploy.EtcdOld, deploy.ObjectTLS} {
		r, err := s.recipe(which)
		if err != nil {
			t.Fatal(err)
		}
		put := map[string]file{}
		for _, f := range r.files {
			put[filepath.Base(f.path)] = f
			if strings.HasSuffix(f.path, "key") != (f.mode == 0o600) || f.owner != nil {
				t.Errorf("%s: %s has mode %o and owner %v", which, f.path, f.mode, f.owner)
			}
		}
		if _, err := tls.X509KeyPair(put[backendCert].text, put[backendKey].text); err != nil {
			t.Errorf("%s: %v", which, err)
		}
		block, _ := pem.Decode(put[backendCert].text)
		leaf, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		for _, host := range []string{r.name, harness.RightName} {
			if _, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: p.certs.CA().Pool()}); err != nil {
				t.Errorf("%s: %v", which, err)
			}
		}
		if at := toldAs(which, &running{name: r.name, address: "172.18.0.2"}, 1); at != r.name+":1" {
			t.Errorf("a server is told %s", at)
		}
	}
	if at := toldAs(deploy.EtcdPlain, &running{name: "name", address: "172.18.0.2"}, 1); at != "172.18.0.2:1" {
		t.Errorf("a server is told %s of etcd without TLS", at)
	}
}

func TestBackendsAreStartedAsTheyAreAsked(t *testing.T) {
	s := unstarted(t).newStores(pair{etcd: "etcd-image", minio: "minio-image"})
	for which, want := range map[deploy.Backend]struct{ with, without []string }{
		deploy.EtcdPlain:   {[]string{"http://0.0.0.0:2379"}, []string{"--client-cert-auth", "--cert-file", "--tls-max-version"}},
		deploy.EtcdMutual:  {[]string{"https://0.0.0.0:2379", "--client-cert-auth", "--trusted-ca-file"}, []string{"--tls-max-version"}},
		deploy.EtcdOld:     {[]string{"https://0.0.0.0:2379", "--client-cert-auth", "--tls-max-version", "TLS1.2"}, nil},
		deploy.ObjectPlain: {nil, []string{"--certs-dir"}},
		deploy.ObjectTLS:   {[]string{"--certs-dir", backendCerts}, nil},
	} {
		r, err := s.recipe(which)
		if err != nil {
			t.Fatal(err)
		}
		for _, arg := range want.with {
			if !slices.Contains(r.cmd, arg) {
				t.Errorf("%s is started without %s: %q", which, arg, r.cmd)
			}
		}
		for _, arg := range want.without {
			if slices.Contains(r.cmd, arg) {
				t.Errorf("%s is started with %s: %q", which, arg, r.cmd)
			}
		}
		if kind, _, _ := strings.Cut(string(which), "-"); r.image != kind+"-image" {
			t.Errorf("%s is started from %s", which, r.image)
		}
	}
}

// What cannot be started is told by name, and what was started is kept.
func TestBackendIsStartedOnce(t *testing.T) {
	s := unstarted(t).newStores(pair{etcd: "etcd-image"})
	s.began = func(context.Context, containerSpec) (*running, error) { return nil, fs.ErrPermission }
	spec := deploy.Spec{Topology: harness.Topology{EtcdTLS: true, StoreTLS: true}}
	if _, err := s.forServer(t.Context(), spec); !errors.Is(err, fs.ErrPermission) || !strings.HasPrefix(err.Error(), "etcd-tls: ") {
		t.Errorf("it failed with %v", err)
	}
	there := &running{name: "there"}
	s.started[deploy.EtcdMutual] = &backing{running: there}
	got, err := s.forServer(t.Context(), spec)
	if err != nil || got.etcd != there || got.Etcd != "there:2379" || got.object != nil || got.Object != "" {
		t.Errorf("a server without an object store keeps its metadata in %+v, %v", got, err)
	}
}

// Real backends of the local images, as the harness and a server see them.
func TestEncryptedBackends(t *testing.T) {
	e := engine(t)
	for _, name := range []string{LocalEtcd, LocalMinIO} {
		if _, err := e.Find(t.Context(), name, "", io.Discard); err != nil {
			t.Skipf("left out: %v", err)
		}
	}
	certs := pkitest.CertSet(t)
	paired := harness.Server{Storage: "object", Where: map[string]string{WhereEtcd: LocalEtcd, WhereMinIO: LocalMinIO}}
	run := filepath.Join(t.TempDir(), "run-"+strings.ToLower(t.Name()))
	p, err := New(t.Context(), engine(t), run, certs, []harness.Server{paired})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	spec := deploy.Spec{
		Server: paired, Topology: harness.Topology{EtcdTLS: true, StoreTLS: true}, Change: harness.ConfigChange{File: harness.EtcdServer, Defect: harness.OnlyTLS12},
	}
	keeps, err := p.stores[pairOf(paired)].forServer(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*running{keeps.etcd, keeps.object} {
		if len(s.published) != len(e.published([]int{1})) { // and not what else the image exposes
			t.Errorf("%s publishes %v", s.name, s.published)
		}
	}
	d := &server{running: keeps.etcd, keeps: keeps}
	greet := func(p harness.Port, version uint16) error {
		conn, err := (&tls.Dialer{Config: &tls.Config{
			ServerName: harness.RightName, RootCAs: certs.CA().Pool(), MinVersion: version, MaxVersion: version,
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &tls.Certificate{}, nil },
		}}).DialContext(t.Context(), "tcp", d.Addr(p))
		if err == nil {
			_ = conn.Close()
		}
		return err
	}
	if err := greet(harness.Store, tls.VersionTLS13); err != nil {
		t.Errorf("the object store: %v", err)
	}
	if err := greet(harness.Etcd, tls.VersionTLS13); err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("an etcd of TLS 1.2 answered TLS 1.3 with %v", err)
	}
	if err := greet(harness.Etcd, tls.VersionTLS12); err == nil || !strings.Contains(err.Error(), "handshake failure") && !strings.Contains(err.Error(), "certificate") {
		t.Errorf("etcd answered a client without a certificate with %v", err)
	}
}
