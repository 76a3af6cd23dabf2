package pki

import (
	"bytes"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

// parts returns the shared certificate set's own certificates as somebody else's.
func parts(t *testing.T) Parts {
	t.Helper()
	w, good := sharedCerts(t), identity(t, harness.Good)
	key := func(c Cert) []byte {
		text, err := c.KeyPEM()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	return Parts{
		CA: w.CA().PEM(), CAKey: key(Cert{key: w.ca.key}), Server: w.Server().CertPEM(), ServerKey: key(w.Server()),
		Client: good.CertPEM(), ClientKey: key(good),
	}
}

func TestAssembledCertSetHoldsWhatItWasGiven(t *testing.T) {
	w, err := Assemble(parts(t))
	if err != nil {
		t.Fatal(err)
	}
	good, err := w.Identity(harness.Good)
	if err != nil || good.Fingerprint() != identity(t, harness.Good).Fingerprint() {
		t.Errorf("good is another: %v", err)
	}
	if w.Server().Fingerprint() != sharedCerts(t).Server().Fingerprint() || !bytes.Equal(w.CA().PEM(), sharedCerts(t).CA().PEM()) {
		t.Error("the server or the CA is another")
	}
	for _, id := range Catalogue {
		cert, err := w.Identity(id.Name)
		if err != nil {
			t.Errorf("%s: %v", id.Name, err)
			continue
		}
		// A server of the run's own CA tells good from bad as before.
		if _, err := parsed(t, cert.chain[0]).Verify(serverSide(t, w, cert)); (err == nil) != (id.Good || id.Unseen != "") {
			t.Errorf("%s: %v", id.Name, err)
		}
	}
}

func TestWithoutTheCAsKeySomeIdentitiesAreMissing(t *testing.T) {
	p := parts(t)
	p.CAKey = nil
	w, err := Assemble(p)
	if err != nil {
		t.Fatal(err)
	}
	for name, there := range map[string]bool{
		harness.Good: true, KeyMismatch: true, "self-signed": true, "foreign-ca-same-subject": true, "foreign-ca-other-subject": true,
		"expired": false, "both-usages": false, "intermediate-missing": false, "issued-by-leaf": false,
	} {
		_, err := w.Identity(name)
		if (err == nil) != there || err != nil && !errors.Is(err, errNotGiven) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p.Client, p.ClientKey, p.Server, p.ServerKey = nil, nil, nil, nil
	if w, err = Assemble(p); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Identity(harness.Good); err == nil {
		t.Error("there is a good client although nobody gave one and there is no key to make one")
	}
	dir := filepath.Join(t.TempDir(), "clients' side")
	files, err := w.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(files.Path(harness.ServerKey)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a server's key that nobody gave was written: %v", err)
	}
	if text, err := os.ReadFile(files.Trust("")); err != nil || !bytes.Equal(text, p.CA) {
		t.Errorf("ca.pem is not the one given: %v", err)
	}
}

func TestPartsAreReadFromAFolder(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadParts(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder was loaded: %v", err)
	}
	p := parts(t)
	for name, text := range map[string][]byte{"ca.pem": p.CA, "client.pem": p.Client, "client.key": p.ClientKey} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read, err := ReadParts(dir)
	if err != nil {
		t.Fatal(err)
	}
	w, err := Assemble(read)
	if err != nil {
		t.Fatal(err)
	}
	if good, err := w.Identity(harness.Good); err != nil || good.Fingerprint() != identity(t, harness.Good).Fingerprint() {
		t.Errorf("good is another: %v", err)
	}
}

func TestBadPartsAreRefusedByName(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*Parts)
		says  string
	}{
		"no CA":                   {func(p *Parts) { p.CA, p.CAKey = nil, nil }, "ca.pem is not given"},
		"text":                    {func(p *Parts) { p.Server = []byte("hello") }, "server.pem holds no certificate"},
		"a key of another":        {func(p *Parts) { p.ClientKey = p.ServerKey }, "client.key is not the key of client.pem"},
		"a certificate for a key": {func(p *Parts) { p.ServerKey = p.Server }, "server.key: holds no private key"},
		"a key with a password": {func(p *Parts) {
			p.CAKey = []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n")
		}, "ca.key: the key has a password"},
		"a certificate that is blank": {func(p *Parts) { p.Client = []byte("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n") }, "client.pem:"},
	} {
		p := parts(t)
		tt.spoil(&p)
		if _, err := Assemble(p); err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// serverSide are the options with which a server verifies a client.
func serverSide(t *testing.T, w *CertSet, cert Cert) x509.VerifyOptions {
	t.Helper()
	between := x509.NewCertPool()
	for _, der := range cert.chain[1:] {
		between.AddCert(parsed(t, der))
	}
	return x509.VerifyOptions{Roots: w.CA().Pool(), Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
}

// A certificate set with an identity of the shipped CA is another one: its own CA trusts
// that identity no more than before.
func TestWithShipped(t *testing.T) {
	ca, err := NewCA(Authority{Name: "shipped CA", Kind: ECDSAP256})
	if err != nil {
		t.Fatal(err)
	}
	key, err := ca.KeyPEM()
	if err != nil {
		t.Fatal(err)
	}
	w := sharedCerts(t)
	more, err := w.WithShipped(ca.PEM(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := more.Identity(harness.ShippedCA)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(cert.TLS().Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, pool := range map[string]*x509.CertPool{"shipped": ca.Pool(), "own": w.CA().Pool()} {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		if (err == nil) != (name == "shipped") {
			t.Errorf("the %s CA: %v", name, err)
		}
	}
	if _, err := w.Identity(harness.ShippedCA); err == nil {
		t.Error("the certificate set that it was made from has it too")
	}
	if _, err := w.WithShipped(ca.PEM(), []byte("no key")); err == nil {
		t.Error("a key that is none was taken")
	}
}
