package certificate

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"slices"

	"milvus-tls-e2e/harness"
)

// Describe returns what is read in certificates.
func Describe(all []*x509.Certificate) (told []Certificate) {
	for _, c := range all {
		told = append(told, describe(c))
	}
	return told
}

func describe(c *x509.Certificate) Certificate {
	one := Certificate{
		Subject: harness.Short(c.Subject.String()), Issuer: harness.Short(c.Issuer.String()), Starts: c.NotBefore, Ends: c.NotAfter,
		Key: c.PublicKeyAlgorithm.String(), Signature: c.SignatureAlgorithm.String(), Names: slices.Clone(c.DNSNames),
	}
	for _, ip := range c.IPAddresses {
		one.Names = append(one.Names, ip.String())
	}
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		one.Bits = key.N.BitLen()
	case *ecdsa.PublicKey:
		one.Bits = key.Curve.Params().BitSize
	case ed25519.PublicKey:
		one.Bits = 8 * len(key)
	}
	return one
}
