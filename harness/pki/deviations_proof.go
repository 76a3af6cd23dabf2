package pki

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"io"
)

// A prover makes a wrong CertificateVerify. The certificate is a good one.
type prover struct {
	crypto.Signer
	sign func(key crypto.Signer, digest []byte, hash crypto.SignerOpts) ([]byte, error)
}

// Sign signs what crypto/tls asks to be signed.
func (p prover) Sign(_ io.Reader, digest []byte, hash crypto.SignerOpts) ([]byte, error) {
	return p.sign(p.Signer, digest, hash)
}

// proving shows a good certificate with a key of a kind, and proves that it has the key in
// a way of its own.
func proving(key func() (crypto.Signer, error), sign func(crypto.Signer, []byte, crypto.SignerOpts) ([]byte, error)) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		own, err := key()
		if err != nil {
			return Cert{}, err
		}
		made, err := w.ca.Issue(Leaf{Key: own})
		return Cert{chain: made.chain, key: prover{own, sign}}, err
	}
}

// leafResigned changes the bytes of what is signed of a leaf, and signs them.
func leafResigned(how func([]byte) []byte) func(*CertSet) (Cert, error) {
	return func(w *CertSet) (Cert, error) {
		made, err := w.ca.Issue(Leaf{Key: w.key})
		if err != nil {
			return Cert{}, err
		}
		var parts struct{ TBS, Algorithm, Signature asn1.RawValue }
		if _, err := asn1.Unmarshal(made.chain[0], &parts); err != nil {
			return Cert{}, err
		}
		signed := how(parts.TBS.FullBytes)
		value, err := w.ca.signature()(signed)
		if err != nil {
			return Cert{}, err
		}
		der := sequence(signed, parts.Algorithm.FullBytes, must(asn1.BitString{Bytes: value, BitLength: 8 * len(value)}))
		return Cert{chain: [][]byte{der}, key: made.key}, nil
	}
}

func anEdwardsKey() (crypto.Signer, error) { return newKey(Ed25519) }

const unseenProof = ok // verifying the chain cannot show what the handshake shows

// proofs are about how a client proves that it has the certificate's key.
var proofs = []Deviation{
	{
		Name: "proof-empty", Clause: "RFC 8446 4.4.3", Binds: BindsVerifier, OpenSSL: unseenProof,
		Defect: "Its CertificateVerify has no bytes of a signature.",
		issue:  proving(anECDSAKey, func(crypto.Signer, []byte, crypto.SignerOpts) ([]byte, error) { return []byte{}, nil }),
	},
	{
		Name: "proof-over-something-else", Clause: "RFC 8446 4.4.3", Binds: BindsVerifier, OpenSSL: unseenProof,
		Defect: "Its CertificateVerify signs another text than this handshake's.",
		issue: proving(anECDSAKey, func(key crypto.Signer, digest []byte, hash crypto.SignerOpts) ([]byte, error) {
			return key.Sign(rand.Reader, random(len(digest)), hash)
		}),
	},
	{
		Name: "proof-as-server", Clause: "RFC 8446 4.4.3", Binds: BindsVerifier, OpenSSL: unseenProof,
		Defect: "Its CertificateVerify says that a server signed it.",
		issue: proving(anEdwardsKey, func(key crypto.Signer, text []byte, hash crypto.SignerOpts) ([]byte, error) {
			if !bytes.Contains(text, []byte("client CertificateVerify")) {
				return nil, errors.New("the text to be signed is not the one of TLS 1.3")
			}
			return key.Sign(rand.Reader, bytes.Replace(text, []byte("client"), []byte("server"), 1), hash)
		}),
	},
	{
		Name: "proof-pkcs1", Clause: "RFC 8446 4.2.3", Binds: BindsVerifier, OpenSSL: unseenProof,
		Defect: "Its CertificateVerify is padded by PKCS #1 v1.5, as in TLS 1.2, and not by PSS.",
		issue: proving(anRSAKey, func(key crypto.Signer, digest []byte, hash crypto.SignerOpts) ([]byte, error) {
			return key.Sign(rand.Reader, digest, hash.HashFunc())
		}),
	},
	{
		Name: "proof-pss-without-salt", Clause: "RFC 8446 4.2.3", Binds: BindsVerifier, OpenSSL: unseenProof,
		Defect: "Its CertificateVerify is a PSS signature whose salt is not as long as its hash.",
		issue: proving(anRSAKey, func(key crypto.Signer, digest []byte, hash crypto.SignerOpts) ([]byte, error) {
			return key.Sign(rand.Reader, digest, &rsa.PSSOptions{SaltLength: 1, Hash: hash.HashFunc()})
		}),
	},
	{
		Name: "proof-with-other-hash", Clause: "RFC 8446 4.2.3", Binds: BindsVerifier, OpenSSL: unseenProof,
		Defect: "Its CertificateVerify signs the first half of a SHA-512 hash, and says that it is SHA-256.",
		issue: proving(anECDSAKey, func(key crypto.Signer, digest []byte, hash crypto.SignerOpts) ([]byte, error) {
			other := sha512.Sum512(digest)
			return key.Sign(rand.Reader, other[:32], hash)
		}),
	},
	{
		Name: "proof-of-zeros", Clause: "RFC 8446 4.4.3", Binds: BindsVerifier, OpenSSL: unseenProof,
		Defect: "Its CertificateVerify is an ECDSA signature of two zeros (CVE-2022-21449).",
		issue:  proving(anECDSAKey, func(crypto.Signer, []byte, crypto.SignerOpts) ([]byte, error) { return must([]int{0, 0}), nil }),
	},
	{
		Name: "proof-with-trailing-data", Clause: "RFC 8446 4.2.3", Binds: BindsVerifier, OpenSSL: unseenProof,
		Defect: "A byte follows the signature in its CertificateVerify.",
		issue: proving(anECDSAKey, func(key crypto.Signer, digest []byte, hash crypto.SignerOpts) ([]byte, error) {
			value, err := key.Sign(rand.Reader, digest, hash)
			return append(value, 0), err
		}),
	},
}
