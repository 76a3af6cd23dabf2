//go:build !e2e

package suites

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness/results"

	"milvus-tls-e2e/check"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// A attached deployment is a stand-in that was there before, met by its
// addresses alone, as its owner describes it.
type attached struct {
	topology string // of the stand-in; its mode is the one that the owner expects
	faults   []standin.Fault
	server   leaf     // how the server's certificate is
	writes   bool     // a scratch collection may be made
	omit     []string // keys that the owner leaves out
	more     []string // lines that the owner adds
	open     bool     // the management port can be reached
	ends     standin.Ends

	ca, client leaf                                        // how the CA's and the client's certificates are
	front      func(t *testing.T, dir, addr string) string // what stands before gRPC's port, given the owner's folder; nil for nothing
	restAt     func(d deploy.Deployment) string            // where the owner takes REST to be; nil for where it is
	lookup     func(context.Context, string) ([]string, error)
	grpcAt     func(d deploy.Deployment) string // the same of gRPC
}

// leaf is how a certificate is; the zero leaf has nothing wrong with it.
type leaf struct {
	ends time.Duration // from now; 0 for 90 days
	bits int           // of an RSA key; 0 for ECDSA P-256
}

// made writes NAME.pem and NAME.key into dir, issued by the parent, or by itself.
func made(t *testing.T, dir, name string, l leaf, template x509.Certificate, parent *x509.Certificate, signer crypto.Signer) (*x509.Certificate, crypto.Signer) {
	t.Helper()
	var key crypto.Signer
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if l.bits > 0 {
		key, err = rsa.GenerateKey(rand.Reader, l.bits)
	}
	if err != nil {
		t.Fatal(err)
	}
	if l.ends == 0 {
		l.ends = 90 * 24 * time.Hour
	}
	template.SerialNumber, template.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: name}
	template.NotBefore, template.NotAfter, template.BasicConstraintsValid = time.Now().Add(-1000*time.Hour), time.Now().Add(l.ends), true
	if parent == nil {
		parent, signer = &template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]pem.Block{".pem": {Type: "CERTIFICATE", Bytes: der}, ".key": {Type: "PRIVATE KEY", Bytes: text}} {
		if err := os.WriteFile(filepath.Join(dir, name+file), pem.EncodeToMemory(&block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// owned makes the owner's certificates in a folder, and those of a distribution
// in another below it.
func (s attached) owned(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	authority := x509.Certificate{IsCA: true, KeyUsage: x509.KeyUsageCertSign}
	ca, key := made(t, dir, "ca", s.ca, authority, nil, nil)
	forServers := x509.Certificate{
		DNSNames: []string{"milvus.example"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	made(t, dir, "server", s.server, forServers, ca, key)
	made(t, dir, "server2", s.server, forServers, ca, key)
	made(t, dir, "client", s.client, x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, ca, key)
	shipped := filepath.Join(dir, "shipped")
	if err := os.Mkdir(shipped, 0o700); err != nil {
		t.Fatal(err)
	}
	made(t, shipped, "ca", leaf{}, authority, nil, nil)
	return dir
}

// deployed starts the stand-in, and gives it and the owner's target file.
func (s attached) deployed(t *testing.T) (deploy.Deployment, string) {
	t.Helper()
	dir := s.owned(t)
	parts, err := pki.ReadParts(dir)
	if err != nil {
		t.Fatal(err)
	}
	certs, err := pki.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(topologies.All(), func(x harness.Topology) bool { return x.Name == s.topology })
	topology := topologies.All()[i]
	d, provider, err := standin.StartOne(t.Context(), certs, t.TempDir(), deploy.Spec{
		Name: t.Name(), Server: harness.Server{ServerVersion: "v2.3.0"}, Topology: topology,
	}, s.faults...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = provider.Close() })
	provider.End(s.ends)
	management := d.Addr(harness.Management)
	if !s.open {
		management = net.JoinHostPort(elsewhere(t), "1") // nobody listens there: the system gives no port below 1024 to who asks for any
	}
	grpc, rest := d.Addr(harness.GRPC), d.Addr(harness.HTTP)
	if s.front != nil {
		grpc = s.front(t, dir, grpc)
	}
	if s.grpcAt != nil {
		grpc = s.grpcAt(d)
	}
	if s.restAt != nil {
		rest = s.restAt(d)
	}
	lines := []string{
		fmt.Sprintf("addresses: {grpc: %q, rest: %q, management: %q}", grpc, rest, management),
		fmt.Sprintf("mode: %d", topology.Mode), "rate: 100", "name: milvus.example", "trust: ca.pem", "server_certificate: server.pem",
		"client: {certificate: client.pem, key: client.key}", "client_ca: {certificate: ca.pem, key: ca.key}", "shipped_ca: shipped",
	}
	if topology.Users {
		lines = append(lines, "login: {user: root, password_file: password}")
		if err := os.WriteFile(filepath.Join(dir, "password"), []byte("Milvus\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lines = slices.DeleteFunc(lines, func(l string) bool {
		key, _, _ := strings.Cut(l, ":")
		return slices.Contains(s.omit, key)
	})
	file := filepath.Join(dir, "target.yaml")
	if err := os.WriteFile(file, []byte(strings.Join(append(lines, s.more...), "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return d, file
}

// elsewhere returns an address of this machine that others may have a way to: what is
// refused on the loopback shows nothing. A machine without one has the loopback alone.
func elsewhere(t *testing.T) string {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if n, is := a.(*net.IPNet); is && n.IP.IsGlobalUnicast() && n.IP.To4() != nil {
			return n.IP.String()
		}
	}
	return "127.0.0.1"
}

func (s attached) options(t *testing.T) check.Options {
	t.Helper()
	server := servers()[0]
	return check.Options{
		Claims: claims.All(), Newest: "2.3.0", Lookup: s.lookup, Features: func(string) ([]harness.Feature, error) {
			return []harness.Feature{harness.RESTv1, harness.ManagementV1, harness.RESTHTTP2}, nil
		},
		MadeFor: func(string) ([]string, error) { return server.Claims, nil },
		Machine: machineHere(t), Writes: s.writes, Bounds: testBounds, Again: "again",
	}
}

func (s attached) checked(t *testing.T) results.Results {
	t.Helper()
	leftToMakeTest(t)
	_, file := s.deployed(t)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	results, err := check.Run(t.Context(), target, s.options(t))
	if err != nil {
		t.Fatal(err)
	}
	return results
}
