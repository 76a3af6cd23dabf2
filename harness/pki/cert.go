package pki

import (
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Cert is a chain, its leaf first, and a private key, which need not be the leaf's. The zero
// value has neither certificate nor key.
type Cert struct {
	chain [][]byte // DER
	key   crypto.Signer
}

// TLS returns the chain and the key as crypto/tls takes them. They are not
// checked against each other, so that a mismatch can be sent; the zero Cert
// makes a client send none.
func (c Cert) TLS() tls.Certificate {
	return tls.Certificate{Certificate: slices.Clone(c.chain), PrivateKey: c.key}
}

// Fingerprint returns the SHA-256 of the leaf's DER in lower-case hex, or "" for
// the zero Cert.
func (c Cert) Fingerprint() string {
	if len(c.chain) == 0 {
		return ""
	}
	sum := sha256.Sum256(c.chain[0])
	return hex.EncodeToString(sum[:])
}

// Hosts returns the DNS names and addresses that the leaf is made out to, as
// subject alternative names; none for the zero Cert and for one that cannot be
// parsed.
func (c Cert) Hosts() []string {
	if len(c.chain) == 0 {
		return nil
	}
	leaf, err := x509.ParseCertificate(c.chain[0])
	if err != nil {
		return nil
	}
	hosts := slices.Clone(leaf.DNSNames)
	for _, ip := range leaf.IPAddresses {
		hosts = append(hosts, ip.String())
	}
	return hosts
}

// CertPEM returns the whole chain that is sent, leaf first; it is empty for the
// zero Cert.
func (c Cert) CertPEM() []byte {
	var text []byte
	for _, der := range c.chain {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return text
}

// KeyPEM returns the private key as PKCS#8. It fails for the zero Cert.
func (c Cert) KeyPEM() ([]byte, error) {
	if c.key == nil {
		return nil, errors.New("encode key: there is none")
	}
	der, err := x509.MarshalPKCS8PrivateKey(c.key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// Write writes the chain to dir/name.pem, at mode 0644, and the key to
// dir/name.key, at mode 0600, replacing what is there. It makes dir at mode
// 0700 where there is none, and fails for the zero Cert.
func (c Cert) Write(dir, name string) (certPath, keyPath string, err error) {
	key, err := c.KeyPEM()
	if err != nil {
		return "", "", fmt.Errorf("write certificate %s: %w", name, err)
	}
	certPath, keyPath = filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key")
	if err := os.MkdirAll(dir, folderMode); err != nil {
		return "", "", fmt.Errorf("write certificate %s: %w", name, err)
	}
	if err := writeFile(certPath, c.CertPEM(), certMode); err != nil {
		return "", "", fmt.Errorf("write certificate %s: %w", name, err)
	}
	if err := writeFile(keyPath, key, keyMode); err != nil {
		return "", "", fmt.Errorf("write certificate %s: %w", name, err)
	}
	return certPath, keyPath, nil
}
