package pki

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io"
	"math/big"
)

// smallKey is an RSA key that crypto/rsa neither makes nor uses any more.
type smallKey struct {
	public rsa.PublicKey
	d      *big.Int
}

func newSmallKey(bits int) (*smallKey, error) {
	e := big.NewInt(65537)
	for {
		p, err := rand.Prime(rand.Reader, bits/2)
		if err != nil {
			return nil, err
		}
		q, err := rand.Prime(rand.Reader, bits/2)
		if err != nil {
			return nil, err
		}
		one := big.NewInt(1)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		n, d := new(big.Int).Mul(p, q), new(big.Int).ModInverse(e, phi)
		if n.BitLen() == bits && d != nil && p.Cmp(q) != 0 {
			return &smallKey{public: rsa.PublicKey{N: n, E: int(e.Int64())}, d: d}, nil
		}
	}
}

// Public returns the public key.
func (k *smallKey) Public() crypto.PublicKey { return &k.public }

// Sign signs a SHA-256 hash by PKCS #1 v1.5.
func (k *smallKey) Sign(_ io.Reader, digest []byte, hash crypto.SignerOpts) ([]byte, error) {
	if hash.HashFunc() != crypto.SHA256 {
		return nil, errors.New("sign with a small key: only SHA-256 is known")
	}
	signed := sequence(must(null(idSHA256)), must(digest))
	size := k.public.Size()
	padded := make([]byte, size)
	for i := range padded {
		padded[i] = 0xff
	}
	padded[0], padded[1], padded[size-len(signed)-1] = 0, 1, 0
	copy(padded[size-len(signed):], signed)
	return new(big.Int).Exp(new(big.Int).SetBytes(padded), k.d, k.public.N).FillBytes(make([]byte, size)), nil
}
