package pki

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

var shared = sync.OnceValues(NewCertSet)

// sharedCerts returns the one certificate set that the tests share: none of them changes it.
func sharedCerts(t *testing.T) *CertSet {
	t.Helper()
	w, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func identity(t *testing.T, name string) Cert {
	t.Helper()
	cert, err := sharedCerts(t).Identity(name)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func parsed(t *testing.T, der []byte) *x509.Certificate {
	t.Helper()
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestZeroLeafIsAGoodClientForLocalhost(t *testing.T) {
	cert, err := sharedCerts(t).CA().Issue(Leaf{})
	if err != nil {
		t.Fatal(err)
	}
	leaf := parsed(t, cert.chain[0])
	if got := fmt.Sprint(leaf.Subject, leaf.DNSNames, leaf.IPAddresses); got != "CN=localhost [localhost] [127.0.0.1 ::1]" {
		t.Errorf("it is made out to %s", got)
	}
	if !slices.Equal(leaf.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}) {
		t.Errorf("its extended key usage is %v", leaf.ExtKeyUsage)
	}
	if leaf.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment {
		t.Errorf("its key usage is %b", leaf.KeyUsage)
	}
	if key, ok := leaf.PublicKey.(*rsa.PublicKey); !ok || key.N.BitLen() != 2048 {
		t.Errorf("its key is a %T", leaf.PublicKey)
	}
	if back := time.Since(leaf.NotBefore); back < time.Hour || back > time.Hour+time.Minute {
		t.Errorf("it is valid since %s", back)
	}
	if left := time.Until(leaf.NotAfter); left < 24*time.Hour {
		t.Errorf("it is valid for %s", left)
	}
	if leaf.IsCA || !leaf.BasicConstraintsValid {
		t.Error("it does not say that it is no CA")
	}
	if _, err := leaf.Verify(x509.VerifyOptions{
		Roots: sharedCerts(t).CA().Pool(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}); err != nil {
		t.Error(err)
	}
}

func TestLeafIsMadeOutToFurtherHosts(t *testing.T) {
	cert, err := sharedCerts(t).CA().Issue(Leaf{Usages: ServerAuth, Hosts: []string{"etcd-tls", "minio-tls"}})
	if err != nil {
		t.Fatal(err)
	}
	leaf := parsed(t, cert.chain[0])
	for _, host := range []string{"etcd-tls", "minio-tls", harness.RightName, "127.0.0.1"} {
		if err := leaf.VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
	if leaf.VerifyHostname("etcd-tls12") == nil {
		t.Error("it is made out to a host that nobody named")
	}
}

func TestServerCertificate(t *testing.T) {
	server := sharedCerts(t).Server()
	leaf := parsed(t, server.chain[0])
	for _, name := range []string{harness.RightName, "127.0.0.1", "::1"} {
		if _, err := leaf.Verify(x509.VerifyOptions{
			DNSName: name, Roots: sharedCerts(t).CA().Pool(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}); err != nil {
			t.Errorf("as %s: %v", name, err)
		}
	}
	if !slices.Equal(leaf.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}) || leaf.Subject.CommonName != harness.RightName {
		t.Errorf("it is for %s, with extended key usage %v", leaf.Subject, leaf.ExtKeyUsage)
	}
	if _, ok := server.key.(*rsa.PrivateKey); !ok {
		t.Errorf("its key is a %T", server.key)
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: sharedCerts(t).OtherCA().Pool()}); err == nil {
		t.Error("the other CA vouches for it")
	}
}

func TestCACertificates(t *testing.T) {
	w := sharedCerts(t)
	for _, ca := range []*CA{w.CA(), w.OtherCA()} {
		block, rest := pem.Decode(ca.PEM())
		if block == nil || len(rest) > 0 || block.Type != "CERTIFICATE" {
			t.Fatalf("%s: the PEM is no single certificate", ca.cert.Subject)
		}
		cert := parsed(t, block.Bytes)
		if !cert.IsCA || cert.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign {
			t.Errorf("%s: CA %t, key usage %b", cert.Subject, cert.IsCA, cert.KeyUsage)
		}
		for _, e := range cert.Extensions {
			if e.Id.String() == "2.5.29.19" && !e.Critical {
				t.Errorf("%s: its basic constraints are not critical", cert.Subject)
			}
		}
	}
	if !slices.Equal(w.CA().cert.RawSubject, w.twin.cert.RawSubject) || slices.Equal(w.CA().PEM(), w.twin.PEM()) {
		t.Error("the twin is not another CA of the same subject")
	}
	if middle := w.middle.cert; !middle.IsCA || middle.MaxPathLen != 0 || !middle.MaxPathLenZero {
		t.Error("the intermediate CA is none, or may make others")
	}
}

func TestSerialNumbersAreRandomAndLong(t *testing.T) {
	seen, longest := map[string]bool{}, 0
	for range 20 {
		cert, err := sharedCerts(t).CA().Issue(Leaf{Kind: Ed25519})
		if err != nil {
			t.Fatal(err)
		}
		serial := parsed(t, cert.chain[0]).SerialNumber
		seen[serial.String()], longest = true, max(longest, serial.BitLen())
	}
	if len(seen) != 20 || longest < 112 || longest > 128 {
		t.Errorf("%d of 20 differ, the longest has %d bits", len(seen), longest)
	}
}

func TestKindsOfKey(t *testing.T) {
	for kind, want := range map[KeyKind]string{ECDSAP256: "P-256", Ed25519: "Ed25519"} {
		key, err := newKey(kind)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		switch k := key.(type) {
		case *ecdsa.PrivateKey:
			got = k.Curve.Params().Name
		case ed25519.PrivateKey:
			got = "Ed25519"
		}
		if got != want {
			t.Errorf("kind %d is %s, not %s", kind, got, want)
		}
	}
}

func TestIssueRefuses(t *testing.T) {
	now := time.Now()
	for what, leaf := range map[string]Leaf{
		"times the wrong way round": {Kind: Ed25519, NotBefore: now, NotAfter: now.Add(-time.Hour)},
		"an unknown kind of key":    {Kind: Ed25519 + 1},
		"unknown usages":            {Kind: Ed25519, Usages: NoUsages + 1},
	} {
		if _, err := sharedCerts(t).CA().Issue(leaf); err == nil {
			t.Errorf("it issued a leaf with %s", what)
		}
	}
}

func TestFingerprint(t *testing.T) {
	cert := identity(t, "intermediate-sent")
	if want := fmt.Sprintf("%x", sha256.Sum256(cert.chain[0])); cert.Fingerprint() != want {
		t.Errorf("it is %q, not %q", cert.Fingerprint(), want)
	}
	if got := (Cert{}).Fingerprint(); got != "" {
		t.Errorf("nobody's is %q", got)
	}
}

func BenchmarkNewCertSet(b *testing.B) {
	for b.Loop() {
		if _, err := NewCertSet(); err != nil {
			b.Fatal(err)
		}
	}
}
