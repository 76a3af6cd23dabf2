package standin

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// distort puts the faults about client certificates into a mode 2 configuration.
// A refusal from VerifyConnection is alert 42, bad certificate.
func (p policy) distort(c *tls.Config) {
	mine := p.faults[IgnoresExpiry] || p.faults[IgnoresKeyUsage] || p.faults[TrustsCAByName] || p.faults[ServesEveryFifthBadClient] || p.lenient()
	optional := c.ClientAuth == tls.VerifyClientCertIfGiven
	switch {
	case c.ClientAuth == tls.RequireAnyClientCert:
		mine = false
	case p.faults[ServesEveryFifthBadClient], mine && optional:
		c.ClientAuth = tls.RequestClientCert
	case mine:
		c.ClientAuth = tls.RequireAnyClientCert
	}
	c.VerifyConnection = func(s tls.ConnectionState) error {
		shown := s.PeerCertificates
		switch {
		case p.faults[RefusesEverybody]:
			return errors.New("tls: the stand-in refuses everybody")
		case p.faults[RefusesEd25519] && len(shown) > 0 && shown[0].PublicKeyAlgorithm == x509.Ed25519:
			return errors.New("tls: client certificate has an Ed25519 key")
		case p.faults[RefusesAnyUsage] && len(shown) > 0 && slices.Contains(shown[0].ExtKeyUsage, x509.ExtKeyUsageAny):
			return errors.New("tls: client certificate does not name clientAuth")
		case c.ClientAuth == tls.RequireAnyClientCert && !mine || len(shown) == 0 && optional:
			return nil
		case !mine:
			return p.beyondGo(shown)
		}
		err := p.verify(shown)
		if err != nil && p.faults[ServesEveryFifthBadClient] && p.bad.Add(1)%5 == 0 {
			return nil
		}
		return err
	}
}

// verify does what Go does for a server, but for the faults.
func (p policy) verify(shown []*x509.Certificate) error {
	if len(shown) == 0 {
		return errors.New("tls: client didn't provide a certificate")
	}
	roots, usage := p.roots, x509.ExtKeyUsageClientAuth
	if p.faults[IgnoresKeyUsage] {
		usage = x509.ExtKeyUsageAny
	}
	if p.faults[IgnoresExpiry] {
		roots, shown = ageless(roots), ageless(shown)
	}
	if p.faults[AcceptsSHA1] && signedWithSHA1(shown) {
		shown = shown[1:] // and the signer has to be a client's certificate or a CA
		usage = x509.ExtKeyUsageAny
	}
	if p.faults[TriesOnePathAlone] {
		shown = firstOfEachName(shown)
	}
	shown = p.overlook(shown)
	if p.faults[TrustsCAByName] && p.named(shown[0]) {
		return p.superficial(shown[0], usage)
	}
	options := x509.VerifyOptions{Roots: pool(roots), Intermediates: pool(shown[1:]), KeyUsages: []x509.ExtKeyUsage{usage}}
	if _, err := shown[0].Verify(options); err != nil {
		return fmt.Errorf("tls: failed to verify certificate: %w", err)
	}
	return p.beyondGo(shown)
}

// beyondGo refuses what Go does not.
func (p policy) beyondGo(shown []*x509.Certificate) error {
	if p.faults[ChecksAsGoDoes] {
		return nil
	}
	return unseenByGo(shown)
}

func (p policy) named(cert *x509.Certificate) bool {
	return slices.ContainsFunc(p.roots, func(root *x509.Certificate) bool {
		return bytes.Equal(root.RawSubject, cert.RawIssuer)
	})
}

// superficial checks everything of a certificate but who signed it.
func (p policy) superficial(cert *x509.Certificate, usage x509.ExtKeyUsage) error {
	now := time.Now()
	switch {
	case now.Before(cert.NotBefore) || now.After(cert.NotAfter):
		return errors.New("tls: failed to verify certificate: x509: certificate has expired or is not yet valid")
	case usage == x509.ExtKeyUsageAny, len(cert.ExtKeyUsage) == 0,
		slices.Contains(cert.ExtKeyUsage, usage), slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageAny):
		return nil
	}
	return errors.New("tls: failed to verify certificate: x509: certificate specifies an incompatible key usage")
}

// ageless returns copies that are valid at any time. Their signatures still
// verify, because those are checked over the bytes as they came.
func ageless(certs []*x509.Certificate) []*x509.Certificate {
	copies := make([]*x509.Certificate, len(certs))
	for i, cert := range certs {
		c := *cert
		alwaysValid(&c)
		copies[i] = &c
	}
	return copies
}

func alwaysValid(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = time.Time{}, time.Now().AddDate(1, 0, 0)
}
