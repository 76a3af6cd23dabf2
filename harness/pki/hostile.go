package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
)

// A Hostile is a client certificate that attacks its parser or verifier. It is no identity of
// the catalogue: those have one defect each, and refusing them is all that a server has to do.
type Hostile struct {
	Name  string // lower case with dashes; part of the interface
	Hurts string // its effect, one sentence

	issue func(*CertSet) (Cert, error)
}

// Go's crypto/tls reads no handshake message above 64 KiB, and since 1.21 no
// certificates above 256 KiB: what is large here is below the one, or above the
// other.
const (
	largest  = 50_000
	tooLarge = 300_000
)

// hostileName is the subject of the CAs that a hostile client makes for itself.
const hostileName = "hostile CA"

// Hostiles lists them. Those that are known to have ended servers come last, so
// that the others are judged on a server that is still there.
var Hostiles = []Hostile{
	{
		Name: "empty-entry", Hurts: "Its one certificate has no bytes, for readers that look at the first one.",
		issue: func(w *CertSet) (Cert, error) { return Cert{chain: [][]byte{{}}, key: w.key}, nil },
	},
	{
		Name: "random-bytes", Hurts: "It is no DER but random bytes, for parsers.",
		issue: func(w *CertSet) (Cert, error) { return Cert{chain: [][]byte{random(1000)}, key: w.key}, nil },
	},
	{
		Name: "cut-short", Hurts: "It is a good certificate without its last third, for parsers that trust a length.",
		issue: func(w *CertSet) (Cert, error) {
			good, err := w.ca.Issue(Leaf{Key: w.key})
			if err != nil {
				return Cert{}, err
			}
			return Cert{chain: [][]byte{good.chain[0][:2*len(good.chain[0])/3]}, key: w.key}, nil
		},
	},
	{
		Name: "large-extension", Hurts: "It has an extension of 50 KB that nobody knows, for whoever keeps or logs it.",
		issue: func(w *CertSet) (Cert, error) { return w.padded(largest) },
	},
	{
		Name: "above-the-limit", Hurts: "It has an extension of 300 KB, more than crypto/tls reads, for whoever reads all of it.",
		issue: func(w *CertSet) (Cert, error) { return w.padded(tooLarge) },
	},
	{
		Name: "many-names", Hurts: "It has 1,500 subject alternative names, for whoever compares or logs them.",
		issue: func(w *CertSet) (Cert, error) { return w.twin.Issue(Leaf{Key: w.key, Hosts: hosts(1500)}) },
	},
	{
		Name: "name-constraints", Hurts: "Its CA excludes 300 names and it bears 100, each of which is compared with each.",
		issue: func(w *CertSet) (Cert, error) {
			ca, err := w.subordinate(func(ca *CA) { ca.cert.ExcludedDNSDomains = hosts(300) })
			if err != nil {
				return Cert{}, err
			}
			return ca.Issue(Leaf{Key: w.key, Hosts: named("other", 100)})
		},
	},
	{
		Name: "long-chain", Hurts: "Forty CAs of one name stand above it, each of which may have signed any other (CVE-2018-16875).",
		issue: func(w *CertSet) (Cert, error) {
			ca, err := NewCA(Authority{Name: hostileName, Kind: ECDSAP256})
			for range 40 {
				if err != nil {
					return Cert{}, err
				}
				ca, err = ca.below(Authority{Name: hostileName, Kind: ECDSAP256})
			}
			if err != nil {
				return Cert{}, err
			}
			return ca.Issue(Leaf{Key: w.key})
		},
	},
	{
		Name: "absurd-modulus", Hurts: "Its CA may be either of two with RSA keys of 16384 bits, whose signatures take long to check (CVE-2023-29409).",
		issue: func(w *CertSet) (Cert, error) { return w.underMade(2, 16384, 1) },
	},
	{
		Name: "even-modulus", Hurts: "Its CA's RSA modulus is even, which arithmetic for odd ones may not survive.",
		issue: func(w *CertSet) (Cert, error) { return w.underMade(1, 2048, 0) },
	},
	{
		Name: "dsa-key", Hurts: "Its issuer has its own name and a DSA key, over which crypto/x509 panics before Go 1.24.8 (CVE-2025-58188).",
		issue: func(w *CertSet) (Cert, error) { return w.underNamesake(dsaKey) },
	},
	{
		Name: "unknown-key", Hurts: "Its issuer has its own name and a key of an unknown algorithm, over which crypto/x509 panics before Go 1.21.8 (CVE-2024-24783).",
		issue: func(w *CertSet) (Cert, error) { return w.underNamesake(unknownKey) },
	},
}

// Hostile makes the hostile certificate of that name. An unknown name is an
// error that names the known ones.
func (w *CertSet) Hostile(name string) (Cert, error) {
	var known []string
	for _, h := range Hostiles {
		if h.Name == name {
			cert, err := h.issue(w)
			if err != nil {
				return Cert{}, fmt.Errorf("make hostile certificate %s: %w", name, err)
			}
			return cert, nil
		}
		known = append(known, h.Name)
	}
	return Cert{}, fmt.Errorf("make hostile certificate: %q is not one of %s", name, strings.Join(known, ", "))
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

func hosts(n int) []string { return named("host", n) }

func named(what string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s-%d.example.org", what, i)
	}
	return names
}

func (w *CertSet) padded(n int) (Cert, error) {
	leaf, err := w.twin.Issue(Leaf{Key: w.key})
	if err != nil {
		return Cert{}, err
	}
	return leaf.withPatchedDER(func(c *rawCertificate) {
		c.TBS.Extensions = append(c.TBS.Extensions, extension{ID: asn1.ObjectIdentifier{1, 2, 3, 4}, Value: random(n)})
	})
}

// subordinate returns a CA that a hostile client made for itself, with something
// changed before it is signed; its own certificate is sent with every leaf.
func (w *CertSet) subordinate(change func(*CA)) (*CA, error) {
	template, key, err := Authority{Name: hostileName, Key: w.spare}.template()
	if err != nil {
		return nil, err
	}
	own := &CA{cert: template, key: key}
	change(own)
	der, err := own.sign(template, key.Public())
	if err != nil {
		return nil, err
	}
	return Cert{chain: [][]byte{der}, key: key}.asCA()
}

func (ca *CA) below(a Authority) (*CA, error) {
	template, key, err := a.template()
	if err != nil {
		return nil, err
	}
	der, err := ca.sign(template, key.Public())
	if err != nil {
		return nil, err
	}
	return Cert{chain: append([][]byte{der}, ca.sent...), key: key}.asCA()
}

// underMade returns a leaf and n CAs that may have issued it. Their RSA keys are made up: moduli
// of some bits with a given last bit, whose private keys do not exist. So is the leaf's
// signature, of the length that a verifier expects.
func (w *CertSet) underMade(n, bits int, last uint) (Cert, error) {
	ca, err := w.subordinate(func(*CA) {})
	if err != nil {
		return Cert{}, err
	}
	leaf, err := ca.Issue(Leaf{Key: w.key})
	if err != nil {
		return Cert{}, err
	}
	signature := random(bits / 8)
	signature[0] = 0 // below every modulus
	leaf, err = leaf.withPatchedDER(func(c *rawCertificate) { c.Signature = asn1.BitString{Bytes: signature, BitLength: bits} })
	if err != nil {
		return Cert{}, err
	}
	issuer, chain := leaf.chain[1], leaf.chain[:1]
	for range n {
		modulus := new(big.Int).SetBytes(random(bits / 8))
		modulus.SetBit(modulus, bits-1, 1).SetBit(modulus, 0, last)
		key, err := publicKey(&rsa.PublicKey{N: modulus, E: 1<<31 - 1})
		if err != nil {
			return Cert{}, err
		}
		made, err := Cert{chain: [][]byte{issuer}}.withPatchedDER(func(c *rawCertificate) { c.TBS.PublicKey = key })
		if err != nil {
			return Cert{}, err
		}
		chain = append(chain, made.chain[0])
	}
	return Cert{chain: chain, key: w.key}, nil
}

// underNamesake returns a leaf, and as its issuer one of the same name with a key
// that crypto/x509 cannot compare: chains are built by comparing a candidate's
// key with those of its name that are in the chain already. The leaf's own key is
// an ordinary one, so that any client can be made to show it: OpenSSL, curl, Node
// and gRPC's Python client were seen to end a 2.3.5 just as this one does.
func (w *CertSet) underNamesake(key func() (asn1.RawValue, error)) (Cert, error) {
	public, err := key()
	if err != nil {
		return Cert{}, err
	}
	own, err := selfSigned(Leaf{Name: hostileName, Key: w.key})
	if err != nil {
		return Cert{}, err
	}
	issuer, err := own.withPatchedDER(func(c *rawCertificate) { c.TBS.PublicKey = public })
	if err != nil {
		return Cert{}, err
	}
	return Cert{chain: [][]byte{own.chain[0], issuer.chain[0]}, key: w.key}, nil
}
