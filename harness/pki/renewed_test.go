package pki

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"testing"

	"milvus-tls-e2e/harness"
)

// A renewed certificate is another one of the same CA, and the certificate set that it
// was made from keeps its own.
func TestRenewed(t *testing.T) {
	t.Parallel()
	w, err := NewCertSet()
	if err != nil {
		t.Fatal(err)
	}
	before := w.Server().Fingerprint()
	renewed, err := w.WithRenewedServerCert()
	if err != nil {
		t.Fatal(err)
	}
	if after := renewed.Server().Fingerprint(); after == before || w.Server().Fingerprint() != before {
		t.Errorf("%.12s was renewed to %.12s, and is %.12s", before, after, w.Server().Fingerprint())
	}
	leaf, err := x509.ParseCertificate(renewed.Server().TLS().Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: w.CA().Pool(), DNSName: harness.RightName}); err != nil {
		t.Error(err)
	}
}

// The server's CA file holds the CA that joins; what clients trust does not.
func TestJoining(t *testing.T) {
	t.Parallel()
	w, err := NewCertSet()
	if err != nil {
		t.Fatal(err)
	}
	joiner, err := w.Identity(ForeignCA)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(joiner.TLS().Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		certs *CertSet
		lets  bool
	}{{w, false}, {w.WithSecondCA(), true}} {
		files, err := tt.certs.WriteServer(t.TempDir(), harness.ConfigChange{})
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(files.Path(harness.CACert))
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(text)
		_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		if (err == nil) != tt.lets {
			t.Errorf("the CA file lets the CA's client in: %v, want %v", err == nil, tt.lets)
		}
	}
}

// inFolder returns the leaf and the CAs that a server's folder holds.
func inFolder(t *testing.T, certs *CertSet, cert, ca harness.File) (leaf *x509.Certificate, roots *x509.CertPool) {
	t.Helper()
	files, err := certs.WriteServer(t.TempDir(), harness.ConfigChange{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(files.Path(cert))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if leaf, err = x509.ParseCertificate(block.Bytes); err != nil {
		t.Fatal(err)
	}
	if text, err = os.ReadFile(files.Path(ca)); err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return leaf, roots
}

// While components go over to another CA, one that has had its turn and one that has not
// accept each other, in every pass; before the first pass and after the last they do not.
func TestInternalCAHandover(t *testing.T) {
	t.Parallel()
	w, err := NewCertSet()
	if err != nil {
		t.Fatal(err)
	}
	passes, err := w.InternalCAHandover()
	if err != nil {
		t.Fatal(err)
	}
	states := append([]Pass{{"before", w}}, passes...)
	accept := func(one, other Pass) error {
		leaf, _ := inFolder(t, one.Certs, harness.InternalCert, harness.InternalCA)
		_, roots := inFolder(t, other.Certs, harness.InternalCert, harness.InternalCA)
		_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: harness.InternalName})
		return err
	}
	for i := range states[1:] {
		for _, pair := range [][2]Pass{{states[i], states[i+1]}, {states[i+1], states[i]}, {states[i+1], states[i+1]}} {
			if err := accept(pair[0], pair[1]); err != nil {
				t.Errorf("%q is not accepted by %q: %v", pair[0].Name, pair[1].Name, err)
			}
		}
	}
	if last := states[len(states)-1]; accept(states[0], last) == nil || accept(last, states[0]) == nil {
		t.Error("the CA was not replaced")
	}
}

// While the CA of clients is replaced, each pass lets in who was let in before it, and the
// last one the new CA's clients alone.
func TestClientCAHandover(t *testing.T) {
	t.Parallel()
	w, err := NewCertSet()
	if err != nil {
		t.Fatal(err)
	}
	lets := func(certs *CertSet, identity string) bool {
		client, err := w.Identity(identity)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(client.TLS().Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		_, roots := inFolder(t, certs, harness.ServerCert, harness.CACert)
		_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		return err == nil
	}
	passes := w.ClientCAHandover()
	for i, want := range []struct{ old, new bool }{{true, true}, {false, true}} {
		if got := passes[i].Certs; lets(got, harness.Good) != want.old || lets(got, ForeignCA) != want.new {
			t.Errorf("%s: the old CA's client is let in: %v, the new one's: %v", passes[i].Name, lets(got, harness.Good), lets(got, ForeignCA))
		}
	}
}
