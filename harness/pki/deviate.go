package pki

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"sync"
	"time"
)

// How deviations are made. Each is signed as it should be, whatever was changed of it, so
// that the one difference is all that there is to refuse.

// A change of a certificate before it is signed, as crypto/x509 describes it.
type change = func(*x509.Certificate)

// A patch of what is signed, which crypto/x509 would not make.
type patch = func(*rawCertificate)

func leaf(with change) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) { return w.ca.issueWith(Leaf{Key: w.key}, with, nil) }
}

func patched(with patch) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) { return w.ca.issueWith(Leaf{Key: w.key}, nil, with) }
}

func extended(more ...extension) func(*CertSet) (Cert, error) {
	return patched(func(c *rawCertificate) { c.TBS.Extensions = append(c.TBS.Extensions, more...) })
}

// replaced puts an extension in the place of the leaf's own of that kind.
func replaced(with extension) func(*CertSet) (Cert, error) { return patched(replacing(with)) }

// replacing puts an extension in the place of the certificate's own of that kind.
func replacing(with extension) patch {
	return func(c *rawCertificate) {
		for i, e := range c.TBS.Extensions {
			if e.ID.Equal(with.ID) {
				c.TBS.Extensions[i] = with
				return
			}
		}
		c.TBS.Extensions = append(c.TBS.Extensions, with)
	}
}

func critical(id asn1.ObjectIdentifier, is bool) patch {
	return func(c *rawCertificate) {
		for i := range c.TBS.Extensions {
			if c.TBS.Extensions[i].ID.Equal(id) {
				c.TBS.Extensions[i].Critical = is
			}
		}
	}
}

// below issues a leaf from an intermediate CA below the run's CA, which is sent with it.
// The intermediate's certificate is changed and patched, and the leaf changed.
func below(of change, with patch, leaf change) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		ca, err := w.ca.lesser(of, with)
		if err != nil {
			return Cert{}, err
		}
		return ca.issueWith(Leaf{Key: w.key}, leaf, nil)
	}
}

// lesser makes an intermediate CA with an ECDSA key, changed and patched.
func (ca *CA) lesser(with change, patched patch) (*CA, error) {
	template, key, err := Authority{Name: "intermediate CA", Kind: ECDSAP256}.template()
	if err != nil {
		return nil, err
	}
	return ca.sub(template, key, with, patched)
}

// sub makes a CA below this one from a template. What a patch makes of its certificate need
// not be readable: it signs as the one without.
func (ca *CA) sub(template *x509.Certificate, key crypto.Signer, with change, patched patch) (*CA, error) {
	if with != nil {
		with(template)
	}
	der, err := ca.sign(template, key.Public())
	if err != nil {
		return nil, err
	}
	made, err := Cert{chain: append([][]byte{der}, ca.sent...), key: key}.asCA()
	if err != nil || patched == nil {
		return made, err
	}
	sent, err := Cert{chain: made.sent}.resigned(patched, ca.signature())
	if err != nil {
		return nil, err
	}
	made.sent = sent.chain
	return made, nil
}

func (ca *CA) issueWith(l Leaf, with change, patched patch) (Cert, error) {
	template, key, err := l.template()
	if err != nil {
		return Cert{}, err
	}
	if with != nil {
		with(template)
	}
	der, err := ca.sign(template, key.Public())
	if err != nil {
		return Cert{}, err
	}
	made := Cert{chain: append([][]byte{der}, ca.sent...), key: key}
	if patched == nil {
		return made, nil
	}
	return made.resigned(patched, ca.signature())
}

// A signature signs a TBSCertificate.
type signature func(signed []byte) ([]byte, error)

// signature returns the CA's own, with SHA-256, as crypto/x509 chooses it for its keys.
func (ca *CA) signature() signature { return signedWith(ca.key, crypto.SHA256) }

func signedWith(key crypto.Signer, hash crypto.Hash) signature {
	return func(signed []byte) ([]byte, error) {
		h := hash.New()
		h.Write(signed)
		return key.Sign(rand.Reader, h.Sum(nil), hash)
	}
}

// resigned patches the leaf and signs it again.
func (c Cert) resigned(with patch, sign signature) (Cert, error) {
	var failed error
	made, err := c.withPatchedDER(func(raw *rawCertificate) {
		with(raw)
		var signed, value []byte
		if signed, failed = asn1.Marshal(raw.TBS); failed != nil {
			return
		}
		if value, failed = sign(signed); failed == nil {
			raw.Signature = asn1.BitString{Bytes: value, BitLength: 8 * len(value)}
		}
	})
	if failed != nil {
		return Cert{}, fmt.Errorf("sign patched certificate: %w", failed)
	}
	return made, err
}

// EndingAt issues a client's certificate below an intermediate CA: one of the two ends at a time,
// and the other one long after it.
func (w *CertSet) EndingAt(end time.Time, issuer bool) (Cert, error) {
	ends := func(c *x509.Certificate) { c.NotAfter = end }
	if issuer {
		return below(ends, nil, nil)(w)
	}
	return below(nil, nil, ends)(w)
}

func encoded(how func([]byte) []byte) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		made, err := w.ca.Issue(Leaf{Key: w.key})
		if err != nil {
			return Cert{}, err
		}
		return Cert{chain: append([][]byte{how(made.chain[0])}, made.chain[1:]...), key: made.key}, nil
	}
}

// rsaKey is made once in a process, because an RSA key takes a tenth of a second.
var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func must(value any) []byte {
	der, err := asn1.Marshal(value)
	if err != nil {
		panic(err) // a value of this package's own that has no encoding
	}
	return der
}

func tagged(class, tag int, compound bool, value ...[]byte) []byte {
	var all []byte
	for _, v := range value {
		all = append(all, v...)
	}
	return must(asn1.RawValue{Class: class, Tag: tag, IsCompound: compound, Bytes: all})
}

func sequence(parts ...[]byte) []byte {
	return tagged(asn1.ClassUniversal, asn1.TagSequence, true, parts...)
}

func raw(der []byte) asn1.RawValue { return asn1.RawValue{FullBytes: der} }
