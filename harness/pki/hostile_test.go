package pki_test

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// What each is made for is there, as far as crypto/x509 reads it.
func TestHostileCertificatesAreWhatTheySay(t *testing.T) {
	w, err := pki.NewCertSet()
	if err != nil {
		t.Fatal(err)
	}
	unread := map[string]bool{"empty-entry": true, "random-bytes": true, "cut-short": true}
	for name, is := range map[string]func([]*x509.Certificate) bool{
		"large-extension": func(c []*x509.Certificate) bool { return len(c[0].Raw) > 50_000 && len(c[0].Raw) < 65_000 },
		"above-the-limit": func(c []*x509.Certificate) bool { return len(c[0].Raw) > 1<<18 },
		"many-names":      func(c []*x509.Certificate) bool { return len(c[0].DNSNames) > 1500 },
		"name-constraints": func(c []*x509.Certificate) bool {
			return len(c[1].ExcludedDNSDomains) == 300 && c[0].CheckSignatureFrom(c[1]) == nil
		},
		"long-chain":     func(c []*x509.Certificate) bool { return len(c) == 41 && c[0].CheckSignatureFrom(c[1]) == nil },
		"absurd-modulus": func(c []*x509.Certificate) bool { return len(c) == 3 && len(c[0].Signature) == 2048 },
		"even-modulus":   func(c []*x509.Certificate) bool { return len(c) == 2 && len(c[0].Signature) == 256 },
		"dsa-key": func(c []*x509.Certificate) bool {
			return namesake(c) && c[1].PublicKeyAlgorithm == x509.DSA && c[1].PublicKey != nil
		},
		"unknown-key": func(c []*x509.Certificate) bool {
			return namesake(c) && c[1].PublicKeyAlgorithm == 0 && c[1].PublicKey == nil
		},
	} {
		cert, err := w.Hostile(name)
		if err != nil {
			t.Fatal(err)
		}
		size, chain := 0, []*x509.Certificate(nil)
		for _, der := range cert.TLS().Certificate {
			c, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			size, chain = size+len(der), append(chain, c)
		}
		if !is(chain) {
			t.Errorf("%s is not what it says", name)
		}
		if size > 60_000 && name != "above-the-limit" {
			t.Errorf("%s has %d bytes, which a server may not read", name, size)
		}
		unread[name] = false
	}
	for _, h := range pki.Hostiles {
		if _, known := unread[h.Name]; !known || !strings.HasSuffix(h.Hurts, ".") {
			t.Errorf("%s is not looked at, or says nothing", h.Name)
		}
	}
	if _, err := w.Hostile("splendid"); err == nil || !strings.Contains(err.Error(), "random-bytes") {
		t.Errorf("an unknown name: %v", err)
	}
}

// namesake reports whether a leaf that any client can show has an issuer of its own
// name.
func namesake(chain []*x509.Certificate) bool {
	_, usual := chain[0].PublicKey.(*rsa.PublicKey)
	return usual && string(chain[0].RawSubject) == string(chain[1].RawSubject)
}

// A client can show every one of them, and a server of this Go refuses it. It
// takes neither of them long.
func TestHostileCertificatesAreShownAndRefused(t *testing.T) {
	w, err := pki.NewCertSet()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range pki.Hostiles {
		begin := pki.ProcessorTime(t, unix.RUSAGE_SELF) // others may be using the machine
		cert, err := w.Hostile(h.Name)
		if err != nil {
			t.Fatal(err)
		}
		asked, refused := shakeHands(t, w, cert)
		if !asked || refused == nil {
			t.Errorf("%s: asked %v, refused %v", h.Name, asked, refused)
		}
		if took := pki.ProcessorTime(t, unix.RUSAGE_SELF) - begin; took > 3*time.Second {
			t.Errorf("%s took %s", h.Name, took)
		}
	}
}

// shakeHands reports whether the client was asked for its certificate, and why the
// server refused it.
func shakeHands(t *testing.T, w *pki.CertSet, cert pki.Cert) (asked bool, refused error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // a pipe would hold up an alert to a client that still writes
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan error, 1)
	go func() {
		there, err := l.Accept()
		if err != nil {
			done <- nil
			return
		}
		defer there.Close()
		_ = there.SetDeadline(time.Now().Add(time.Minute))
		done <- tls.Server(there, &tls.Config{
			Certificates: []tls.Certificate{w.Server().TLS()}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: w.CA().Pool(),
		}).HandshakeContext(t.Context())
	}()
	here, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = here.SetDeadline(time.Now().Add(time.Minute))
	client := tls.Client(here, &tls.Config{
		RootCAs: w.CA().Pool(), ServerName: harness.RightName,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			asked = true
			mine := cert.TLS()
			return &mine, nil
		},
	})
	if client.HandshakeContext(t.Context()) == nil {
		_, _ = client.Read(make([]byte, 1)) // the refusal comes after the client's handshake
	}
	refused = <-done
	_ = here.Close()
	return asked, refused
}
