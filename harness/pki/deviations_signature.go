package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	_ "crypto/md5" //nolint:gosec // for a signature that has to be refused
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // the same
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
)

// The algorithms that deviations are signed with.
var (
	idSHA1WithRSA   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}
	idMD5WithRSA    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4}
	idPSS           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	idMGF1          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	idSHA256        = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	idSHA256WithRSA = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	idECDSAWithSHA1 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}
	idECKey         = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	idP256          = asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}
)

// signedAs issues a leaf from an intermediate CA with a kind of key, which signs it with
// an algorithm.
func signedAs(key func() (crypto.Signer, error), algorithm pkix.AlgorithmIdentifier, sign func(crypto.Signer) signature) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		signer, err := key()
		if err != nil {
			return Cert{}, err
		}
		template, _, err := Authority{Name: "intermediate CA", Key: signer}.template()
		if err != nil {
			return Cert{}, err
		}
		ca, err := w.ca.sub(template, signer, nil, nil)
		if err != nil {
			return Cert{}, err
		}
		return signedBy(ca, Leaf{Key: w.key}, algorithm, sign(signer))
	}
}

// signedBy issues a leaf with a signature of another algorithm. Crypto/x509 makes few of
// them, so the CA's own signature on it is replaced.
func signedBy(ca *CA, l Leaf, algorithm pkix.AlgorithmIdentifier, sign signature) (Cert, error) {
	stub, err := newKey(ECDSAP256)
	if err != nil {
		return Cert{}, err
	}
	unkeyed := *ca.cert
	unkeyed.PublicKey = nil // or crypto/x509 would ask for its key
	made, err := (&CA{cert: &unkeyed, key: stub, sent: ca.sent}).issueWith(l, nil, nil)
	if err != nil {
		return Cert{}, err
	}
	return made.resigned(func(c *rawCertificate) { c.TBS.Algorithm, c.Algorithm = algorithm, algorithm }, sign)
}

func null(id asn1.ObjectIdentifier) pkix.AlgorithmIdentifier {
	return pkix.AlgorithmIdentifier{Algorithm: id, Parameters: asn1.NullRawValue}
}

// hashed signs a hash with the key's own Sign.
func hashed(hash crypto.Hash) func(crypto.Signer) signature {
	return func(key crypto.Signer) signature { return signedWith(key, hash) }
}

func pss(salt int) func(crypto.Signer) signature {
	return func(key crypto.Signer) signature {
		return func(signed []byte) ([]byte, error) {
			h := sha256.Sum256(signed)
			return key.Sign(rand.Reader, h[:], &rsa.PSSOptions{SaltLength: salt, Hash: crypto.SHA256})
		}
	}
}

func pssWith(salt int) pkix.AlgorithmIdentifier {
	tag := func(n int, der []byte) []byte { return tagged(asn1.ClassContextSpecific, n, true, der) }
	return pkix.AlgorithmIdentifier{Algorithm: idPSS, Parameters: raw(sequence(
		tag(0, must(null(idSHA256))),
		tag(1, sequence(must(idMGF1), must(null(idSHA256)))),
		tag(2, must(salt))))}
}

func anRSAKey() (crypto.Signer, error)     { return rsaKey() }
func anECDSAKey() (crypto.Signer, error)   { return newKey(ECDSAP256) }
func aSmallRSAKey() (crypto.Signer, error) { return newSmallKey(768) }

func keyed(make func() (crypto.Signer, error)) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		key, err := make()
		if err != nil {
			return Cert{}, err
		}
		return w.ca.Issue(Leaf{Key: key})
	}
}

func onCurve(curve elliptic.Curve) func() (crypto.Signer, error) {
	return func() (crypto.Signer, error) { return ecdsa.GenerateKey(curve, rand.Reader) }
}

// pointed writes the leaf's ECDSA key in another way.
func pointed(parameters []byte, write func(x, y *big.Int) []byte) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return Cert{}, err
		}
		point := write(key.X, key.Y)
		public, err := spki{
			Algorithm: pkix.AlgorithmIdentifier{Algorithm: idECKey, Parameters: raw(parameters)},
			Key:       asn1.BitString{Bytes: point, BitLength: 8 * len(point)},
		}.raw()
		if err != nil {
			return Cert{}, err
		}
		return w.ca.issueWith(Leaf{Key: key}, nil, func(c *rawCertificate) { c.TBS.PublicKey = public })
	}
}

func uncompressed(x, y *big.Int) []byte {
	return append(append([]byte{4}, x.FillBytes(make([]byte, 32))...), y.FillBytes(make([]byte, 32))...)
}

// explicitP256 spells P-256 out instead of naming it.
func explicitP256() []byte {
	p := elliptic.P256().Params()
	a := new(big.Int).Sub(p.P, big.NewInt(3))
	return sequence(must(1),
		sequence(must(asn1.ObjectIdentifier{1, 2, 840, 10045, 1, 1}), must(p.P)),
		sequence(must(a.Bytes()), must(p.B.Bytes())),
		must(uncompressed(p.Gx, p.Gy)), must(p.N), must(1))
}

var signatures = []Deviation{
	{
		Name: "signature-altered", Clause: "RFC 5280 6.1.3 (a)(1)", Binds: BindsVerifier, OpenSSL: "certificate signature failure",
		Defect: "A bit of its signature is another.",
		issue:  encoded(func(der []byte) []byte { return append(der[:len(der)-1:len(der)-1], der[len(der)-1]^1) }),
	},
	{
		Name: "signature-algorithms-differ", Clause: "RFC 5280 4.1.1.2", Binds: BindsIssuer, OpenSSL: "certificate signature failure",
		Defect: "The algorithm beside its signature is another than the one that is signed.",
		issue: encodedRaw(func(c *rawCertificate) {
			c.Algorithm = null(idSHA256WithRSA)
			c.Algorithm.Algorithm = idOther(c.TBS.Algorithm.Algorithm)
		}),
	},
	{
		Name: "signature-ecdsa-sha1", Clause: "RFC 8446 4.4.2.4", Binds: BindsVerifier, OpenSSL: ok,
		Defect: "It is signed with ECDSA and SHA-1.", issue: signedAs(anECDSAKey, pkix.AlgorithmIdentifier{Algorithm: idECDSAWithSHA1}, hashed(crypto.SHA1)),
	},
	{
		Name: "signature-rsa-sha1", Clause: "RFC 8446 4.4.2.4", Binds: BindsVerifier, OpenSSL: ok,
		Defect: "It is signed with RSA and SHA-1.", issue: signedAs(anRSAKey, null(idSHA1WithRSA), hashed(crypto.SHA1)),
	},
	{
		Name: "signature-rsa-md5", Clause: "RFC 8446 4.4.2.4", Binds: BindsVerifier, OpenSSL: ok,
		Defect: "It is signed with RSA and MD5.", issue: signedAs(anRSAKey, null(idMD5WithRSA), hashed(crypto.MD5)),
	},
	{
		Name: "signature-pss", Clause: "RFC 4055 3.1", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "It is signed with RSASSA-PSS.", issue: signedAs(anRSAKey, pssWith(32), pss(32)),
	},
	{
		Name: "signature-pss-other-salt", Clause: "RFC 4055 3.1", Binds: BindsNobody, OpenSSL: ok,
		Defect: "It is signed with RSASSA-PSS and a salt of 20 bytes, as its parameters say.", issue: signedAs(anRSAKey, pssWith(20), pss(20)),
	},
	{
		Name: "signature-pss-wrong-salt", Clause: "RFC 4055 3.1", Binds: BindsVerifier, OpenSSL: "signature failure",
		Defect: "It is signed with RSASSA-PSS and a salt of 20 bytes, and its parameters say 32.", issue: signedAs(anRSAKey, pssWith(32), pss(20)),
	},
	{
		Name: "signed-by-rsa-768", Clause: "NIST SP 800-131A 3", Binds: BindsNobody, Go: Served{Since: "1", Before: "1.24"}, OpenSSL: ok,
		Defect: "The intermediate CA that issued it has an RSA key of 768 bits, which can be factored.",
		issue:  signedAs(aSmallRSAKey, null(idSHA256WithRSA), hashed(crypto.SHA256)),
	},
	{
		Name: "key-rsa-1024", Clause: "NIST SP 800-131A 3", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Its key is RSA with 1024 bits.", issue: keyed(func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 1024) }),
	},
	{
		Name: "key-p-384", Clause: "RFC 8446 4.2.3", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Its key is ECDSA over P-384.", issue: keyed(onCurve(elliptic.P384())),
	},
	{
		Name: "key-p-521", Clause: "RFC 8446 4.2.3", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "Its key is ECDSA over P-521.", issue: keyed(onCurve(elliptic.P521())),
	},
	{
		Name: "key-compressed", Clause: "RFC 5480 2.2", Binds: BindsNobody, OpenSSL: ok,
		Defect: "Its key is written as a compressed point.",
		issue: pointed(must(idP256), func(x, y *big.Int) []byte {
			return append([]byte{2 + byte(y.Bit(0))}, x.FillBytes(make([]byte, 32))...)
		}),
	},
	{
		Name: "key-curve-spelled-out", Clause: "RFC 5480 2.1.1", Binds: BindsIssuer, OpenSSL: "Certificate public key has explicit ECC parameters",
		Defect: "Its key spells the parameters of P-256 out instead of naming it.", issue: pointed(explicitP256(), uncompressed),
	},
	{
		Name: "key-not-on-curve", Clause: "RFC 5480 2.2", Binds: BindsVerifier, OpenSSL: unreadable,
		Defect: "Its key is a point that is not on its curve.",
		issue:  pointed(must(idP256), func(x, y *big.Int) []byte { return uncompressed(x, new(big.Int).Xor(y, big.NewInt(1))) }),
	},
}

// encodedRaw changes a finished leaf outside of what is signed.
func encodedRaw(with patch) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		made, err := w.ca.Issue(Leaf{Key: w.key})
		if err != nil {
			return Cert{}, err
		}
		return made.withPatchedDER(with)
	}
}

// idOther returns an algorithm of the same kind of key with another hash.
func idOther(id asn1.ObjectIdentifier) asn1.ObjectIdentifier {
	other := append(asn1.ObjectIdentifier{}, id...)
	other[len(other)-1]++ // the next is the same with SHA-384, for RSA and for ECDSA
	return other
}
