package pki

import (
	"crypto/x509"
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
