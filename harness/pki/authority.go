package pki

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"time"
)

const rootName = "milvus-tls-e2e CA"

// A CA is valid for this long before and after now. It is far longer than a
// leaf's time, so that an expired leaf was issued by a CA that was valid then.
const caMargin = 7 * 24 * time.Hour

// Authority describes a new CA; the zero value is a run's own CA, with a new RSA key.
type Authority struct {
	Name string        // CommonName; zero means one that is the same in every run
	Kind KeyKind       // kind of the new key
	Key  crypto.Signer // zero means a new key of Kind

	subject []byte // DER; wins over Name
}

// CA is a certificate authority that lives in this process.
type CA struct {
	cert *x509.Certificate
	key  crypto.Signer // nil for somebody else's CA, which signs nothing
	sent [][]byte      // what a leaf's chain holds after the leaf: nothing for a root
}

// NewCA makes a root, valid for a week before and after now. It fails where no
// key can be made.
func NewCA(a Authority) (*CA, error) {
	template, key, err := a.template()
	if err != nil {
		return nil, fmt.Errorf("make CA: %w", err)
	}
	der, err := (&CA{cert: template, key: key}).sign(template, key.Public())
	if err != nil {
		return nil, fmt.Errorf("make CA: %w", err)
	}
	ca, err := Cert{chain: [][]byte{der}, key: key}.asCA()
	if err != nil {
		return nil, fmt.Errorf("make CA: %w", err)
	}
	ca.sent = nil // a root is what the other side trusts already
	return ca, nil
}

// Intermediate makes a CA below this one, which may issue leaves only; its own
// certificate is in the chain of every leaf that it issues. It fails where no
// key can be made.
func (ca *CA) Intermediate(a Authority) (*CA, error) {
	template, key, err := a.template()
	if err != nil {
		return nil, fmt.Errorf("make intermediate CA: %w", err)
	}
	template.MaxPathLenZero = true
	der, err := ca.sign(template, key.Public())
	if err != nil {
		return nil, fmt.Errorf("make intermediate CA: %w", err)
	}
	return Cert{chain: append([][]byte{der}, ca.sent...), key: key}.asCA()
}

func (a Authority) template() (*x509.Certificate, crypto.Signer, error) {
	if a.Name == "" {
		a.Name = rootName
	}
	key, err := keyOr(a.Key, a.Kind)
	if err != nil {
		return nil, nil, fmt.Errorf("describe %s: %w", a.Name, err)
	}
	now := time.Now()
	return &x509.Certificate{
		Subject:               pkix.Name{CommonName: a.Name},
		RawSubject:            a.subject,
		NotBefore:             now.Add(-caMargin),
		NotAfter:              now.Add(caMargin),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, key, nil
}

// asCA lets a certificate sign, whether or not it may: the catalogue needs a leaf that was
// issued by a leaf.
func (c Cert) asCA() (*CA, error) {
	cert, err := x509.ParseCertificate(c.chain[0])
	if err != nil {
		return nil, fmt.Errorf("parse issuer: %w", err)
	}
	return &CA{cert: cert, key: c.key, sent: c.chain}, nil
}

// Issue makes a certificate. The zero Leaf gives a good client for localhost.
// It fails where the leaf's times are the wrong way round or no key can be
// made.
func (ca *CA) Issue(l Leaf) (Cert, error) {
	template, key, err := l.template()
	if err != nil {
		return Cert{}, fmt.Errorf("issue certificate: %w", err)
	}
	der, err := ca.sign(template, key.Public())
	if err != nil {
		return Cert{}, fmt.Errorf("issue certificate: %w", err)
	}
	return Cert{chain: append([][]byte{der}, ca.sent...), key: key}, nil
}

func (ca *CA) sign(template *x509.Certificate, key crypto.PublicKey) ([]byte, error) {
	if ca.key == nil {
		return nil, fmt.Errorf("sign certificate without the CA's key: %w", errNotGiven)
	}
	serial := make([]byte, 16)
	if _, err := rand.Read(serial); err != nil {
		return nil, fmt.Errorf("make serial number: %w", err)
	}
	template.SerialNumber = new(big.Int).SetBytes(serial)
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key, ca.key)
	if err != nil {
		return nil, fmt.Errorf("sign certificate: %w", err)
	}
	return der, nil
}

// PEM returns the CA's own certificate, as ca.pem holds it.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw})
}

// DER returns the CA's own certificate.
func (ca *CA) DER() []byte { return slices.Clone(ca.cert.Raw) }

// KeyPEM returns the CA's private key as PKCS#8, as in a recipe's ca.key. It fails for somebody
// else's CA.
func (ca *CA) KeyPEM() ([]byte, error) { return Cert{key: ca.key}.KeyPEM() }

// Pool returns a pool of trust anchors that holds this CA alone.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return pool
}
