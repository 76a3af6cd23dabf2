package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/certificate"
)

// Certificates makes a handshake with no certificate and no trust, and gives
// what the port shows: how the server then treats such a client is no matter.
// Of a port that shows nothing it gives what became of the connection.
func Certificates(ctx context.Context, t Target, x certificate.CertCheck) (harness.Facts, error) {
	begin := time.Now()
	conn, end, err := t.dial(ctx)
	if err != nil {
		return nil, err
	}
	o := harness.Observation{Remote: t.Addr, End: end}
	if conn == nil {
		return &o, nil
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	o.Local = conn.LocalAddr().String()
	var chain []*x509.Certificate
	r := &record{}
	config := t.tlsConfig(r)
	config.VerifyConnection = func(state tls.ConnectionState) error {
		chain = state.PeerCertificates
		return nil
	}
	config.MinVersion = tls.VersionTLS10 // what is shown does not depend on it, and an old server shows it too
	err = tls.Client(conn, config).HandshakeContext(ctx)
	o.Seconds = time.Since(begin).Seconds()
	if len(chain) > 0 {
		return CertFacts(chain, x), nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	o.End, o.Detail = t.refused(err, r), short(fmt.Sprint(err))
	return &o, nil
}

// CertFacts says of certificates what their traits are judged by.
func CertFacts(chain []*x509.Certificate, x certificate.CertCheck) *certificate.CertFacts {
	return &certificate.CertFacts{Trait: x.Trait, Taken: time.Now().UTC(), Days: x.Days, Certificates: Describe(chain)}
}

// certificateOf says of one certificate what its traits are judged by.
func certificateOf(c *x509.Certificate) certificate.Certificate {
	one := certificate.Certificate{
		Subject: short(c.Subject.String()), Issuer: short(c.Issuer.String()), Starts: c.NotBefore, Ends: c.NotAfter,
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
