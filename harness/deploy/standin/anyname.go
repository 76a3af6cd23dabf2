package standin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// wrongName is the name that a probe expects where it should refuse the server.
const wrongName = "wrong.example"

// anyName returns a certificate that chains to the certificate set's CA and is good for
// wrongName too. A pki.Leaf has the right names only, so an intermediate CA
// issues it, whose key is made here.
func anyName(w *pki.CertSet) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make key: %w", err)
	}
	middle, err := w.CA().Intermediate(pki.Authority{Name: "stand-in", Key: key})
	if err != nil {
		return tls.Certificate{}, err
	}
	issuer, err := certificates(middle.PEM())
	if err != nil {
		return tls.Certificate{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: harness.RightName},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(48 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{harness.RightName, wrongName},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}, issuer[0], key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("sign certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der, issuer[0].Raw}, PrivateKey: key}, nil
}
