package pki

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"time"

	"milvus-tls-e2e/harness"
)

// A leaf is valid from an hour ago, for clocks that are slow, until long after
// the longest run.
const (
	backdate = time.Hour
	lifetime = 48 * time.Hour
)

// Usages is what a leaf's extended key usage allows. The zero value is
// ClientAuth.
type Usages int

// The usages.
const (
	ClientAuth Usages = iota // clientAuth alone
	ServerAuth               // serverAuth alone
	BothUsages               // clientAuth and serverAuth
	NoUsages                 // no such extension, which forbids nothing
)

// Leaf describes a certificate; the zero value is a good client for localhost. Every leaf has
// the names localhost, 127.0.0.1 and ::1, in addition to Hosts.
type Leaf struct {
	Name      string        // CommonName; zero means harness.RightName
	Hosts     []string      // further DNS names
	Usages    Usages        // extended key usage
	NotBefore time.Time     // zero means an hour ago
	NotAfter  time.Time     // zero means two days after NotBefore
	Kind      KeyKind       // kind of the new key
	Key       crypto.Signer // zero means a new key of Kind
}

func (l Leaf) template() (*x509.Certificate, crypto.Signer, error) {
	if l.Name == "" {
		l.Name = harness.RightName
	}
	if l.NotBefore.IsZero() {
		l.NotBefore = time.Now().Add(-backdate)
	}
	if l.NotAfter.IsZero() {
		l.NotAfter = l.NotBefore.Add(lifetime)
	}
	if l.NotAfter.Before(l.NotBefore) {
		return nil, nil, fmt.Errorf("describe leaf %s: ends %s before it starts", l.Name, l.NotBefore.Sub(l.NotAfter))
	}
	usages, err := l.Usages.extended()
	if err != nil {
		return nil, nil, fmt.Errorf("describe leaf %s: %w", l.Name, err)
	}
	key, err := keyOr(l.Key, l.Kind)
	if err != nil {
		return nil, nil, fmt.Errorf("describe leaf %s: %w", l.Name, err)
	}
	return &x509.Certificate{
		Subject:               pkix.Name{CommonName: l.Name},
		NotBefore:             l.NotBefore,
		NotAfter:              l.NotAfter,
		BasicConstraintsValid: true,
		KeyUsage:              keyUsage(key),
		ExtKeyUsage:           usages,
		DNSNames:              append([]string{harness.RightName}, l.Hosts...),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}, key, nil
}

// keyUsage allows keyEncipherment to RSA keys alone: only they can do it, in
// the key exchange of TLS 1.2 and before.
func keyUsage(key crypto.Signer) x509.KeyUsage {
	if _, ok := key.Public().(*rsa.PublicKey); ok {
		return x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	}
	return x509.KeyUsageDigitalSignature
}

func (u Usages) extended() ([]x509.ExtKeyUsage, error) {
	switch u {
	case ClientAuth:
		return []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, nil
	case ServerAuth:
		return []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, nil
	case BothUsages:
		return []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}, nil
	case NoUsages:
		return nil, nil
	}
	return nil, fmt.Errorf("choose usages: unknown usages %d", int(u))
}

func selfSigned(l Leaf) (Cert, error) {
	template, key, err := l.template()
	if err != nil {
		return Cert{}, fmt.Errorf("self-sign certificate: %w", err)
	}
	der, err := (&CA{cert: template, key: key}).sign(template, key.Public())
	if err != nil {
		return Cert{}, fmt.Errorf("self-sign certificate: %w", err)
	}
	return Cert{chain: [][]byte{der}, key: key}, nil
}
