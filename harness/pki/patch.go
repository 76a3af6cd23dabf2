package pki

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
)

// A rawCertificate is the ASN.1 structure of a certificate, for defects that crypto/x509
// cannot issue. After a change it is signed again (resigned), or keeps a signature that no
// longer fits (withPatchedDER).
type rawCertificate struct {
	TBS       rawTBS
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

// rawTBS is what is signed of it, as RFC 5280 has it.
type rawTBS struct {
	Version    int `asn1:"optional,explicit,default:0,tag:0"`
	Serial     *big.Int
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     asn1.RawValue
	Validity   asn1.RawValue
	Subject    asn1.RawValue
	PublicKey  asn1.RawValue
	UniqueID   asn1.BitString `asn1:"optional,tag:1"`
	Extensions []extension    `asn1:"omitempty,optional,explicit,tag:3"`
}

type extension struct {
	ID       asn1.ObjectIdentifier
	Critical bool `asn1:"optional"`
	Value    []byte
}

// withPatchedDER returns the chain with a leaf whose DER is changed. The leaf keeps its old
// signature, which no longer fits.
func (c Cert) withPatchedDER(change func(*rawCertificate)) (Cert, error) {
	var raw rawCertificate
	if _, err := asn1.Unmarshal(c.chain[0], &raw); err != nil {
		return Cert{}, fmt.Errorf("take certificate apart: %w", err)
	}
	change(&raw)
	der, err := asn1.Marshal(raw)
	if err != nil {
		return Cert{}, fmt.Errorf("put certificate together: %w", err)
	}
	return Cert{chain: append([][]byte{der}, c.chain[1:]...), key: c.key}, nil
}

func publicKey(key any) (asn1.RawValue, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return asn1.RawValue{}, fmt.Errorf("encode public key: %w", err)
	}
	return asn1.RawValue{FullBytes: der}, nil
}

// spki is a SubjectPublicKeyInfo, for keys that crypto/x509 does not encode.
type spki struct {
	Algorithm pkix.AlgorithmIdentifier
	Key       asn1.BitString
}

func (k spki) raw() (asn1.RawValue, error) {
	der, err := asn1.Marshal(k)
	if err != nil {
		return asn1.RawValue{}, fmt.Errorf("encode public key: %w", err)
	}
	return asn1.RawValue{FullBytes: der}, nil
}

func unknownKey() (asn1.RawValue, error) {
	return spki{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 3, 4, 5}},
		Key:       asn1.BitString{Bytes: random(32), BitLength: 256},
	}.raw()
}

func dsaKey() (asn1.RawValue, error) {
	number := func(bytes int) *big.Int {
		return new(big.Int).SetBit(new(big.Int).SetBytes(random(bytes)), 8*bytes-1, 1)
	}
	parameters, err := asn1.Marshal(struct{ P, Q, G *big.Int }{number(256), number(32), number(255)})
	if err != nil {
		return asn1.RawValue{}, fmt.Errorf("encode DSA parameters: %w", err)
	}
	y, err := asn1.Marshal(number(255))
	if err != nil {
		return asn1.RawValue{}, fmt.Errorf("encode DSA key: %w", err)
	}
	return spki{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}, Parameters: asn1.RawValue{FullBytes: parameters}},
		Key:       asn1.BitString{Bytes: y, BitLength: 8 * len(y)},
	}.raw()
}
