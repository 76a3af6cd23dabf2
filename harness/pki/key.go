package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"sync"
)

// KeyKind is an algorithm and a size of key. The zero value is RSA2048, the
// kind that the documentation's own commands make.
type KeyKind int

// The kinds of key.
const (
	RSA2048   KeyKind = iota // RSA with 2048 bits
	ECDSAP256                // ECDSA over the curve P-256
	Ed25519                  // Ed25519
)

func newKey(kind KeyKind) (crypto.Signer, error) {
	switch kind {
	case RSA2048:
		return rsa.GenerateKey(rand.Reader, 2048)
	case ECDSAP256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return nil, fmt.Errorf("generate key: unknown kind %d", int(kind))
}

// keyOr returns the key itself, or a new one of the kind where there is none.
func keyOr(key crypto.Signer, kind KeyKind) (crypto.Signer, error) {
	if key != nil {
		return key, nil
	}
	return newKey(kind)
}

// newKeys generates n keys at once: an RSA key takes a tenth of a second or
// so, which is nearly all the time that a certificate set takes.
func newKeys(n int, kind KeyKind) ([]crypto.Signer, error) {
	keys, errs := make([]crypto.Signer, n), make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { keys[i], errs[i] = newKey(kind) })
	}
	all.Wait()
	return keys, errors.Join(errs...)
}
