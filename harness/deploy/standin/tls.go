package standin

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// policy is what TLS is like at every port of a deployment.
type policy struct {
	material
	mode   int
	users  bool
	faults faults
	bad    *atomic.Int64            // clients whose certificates should have been refused
	again  func() (material, error) // reads the files for each client; nil for the start alone
}

// afresh returns a port's TLS with the files as they are when a client comes.
func (p policy) afresh(d *frontDoor) func(*tls.ClientHelloInfo) (*tls.Config, error) {
	return func(*tls.ClientHelloInfo) (*tls.Config, error) {
		m, err := p.again()
		if err != nil {
			return nil, err
		}
		now := p
		now.material, now.again = m, nil
		return now.config(d)
	}
}

// config returns a port's TLS. An honest port leaves client verification to Go's
// RequireAndVerifyClientCert; a fault about it brings its own.
func (p policy) config(d *frontDoor) (*tls.Config, error) {
	c := &tls.Config{
		Certificates: []tls.Certificate{p.cert},
		MinVersion:   p.floor(),
		ClientCAs:    pool(p.roots),
		ClientAuth:   p.asks(d.port),
		NextProtos:   d.protocols(),
		CipherSuites: p.faults.suites(),
	}
	if p.faults[RESTRefusesEverybody] && d.port == harness.HTTP {
		stranger, err := pki.NewCA(pki.Authority{Name: "nobody's CA", Kind: pki.ECDSAP256})
		if err != nil {
			return nil, err
		}
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, stranger.Pool()
		return c, nil
	}
	if p.mode == 2 && c.ClientAuth != tls.NoClientCert {
		p.distort(c)
	}
	if p.faults[ResumesAfterExpiry] {
		if err := resumeLate(c); err != nil {
			return nil, err
		}
	}
	if p.again != nil {
		c.GetConfigForClient = p.afresh(d)
	}
	if p.faults[HTTP2Open] && d.http2 {
		c.GetConfigForClient = openOver(c)
	}
	return c, nil
}

// suites are the TLS 1.2 suites of an honest port: ephemeral keys and authenticated encryption.
// Go's defaults include some with CBC.
func (l faults) suites() (all []uint16) {
	if !l[AllowsTLS10] {
		return []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		}
	}
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		all = append(all, suite.ID)
	}
	return all
}

func (p policy) floor() uint16 {
	switch {
	case p.faults[AllowsTLS10] && p.mode != 0:
		return tls.VersionTLS10
	case p.mode == 2 && !p.faults[AllowsTLS12InMode2]:
		return tls.VersionTLS13
	}
	return tls.VersionTLS12
}

func (p policy) asks(port harness.Port) tls.ClientAuthType {
	switch {
	case p.mode == 1 && p.faults[Mode1AsksForClientCertificate]:
		return tls.RequireAndVerifyClientCert
	case p.mode == 1 && p.faults[Mode1ChecksWhatIsShown]:
		return tls.VerifyClientCertIfGiven
	case p.mode != 2,
		p.faults[RESTOpen] && port == harness.HTTP,
		p.faults[UsersInsteadOfCertificates] && p.users:
		return tls.NoClientCert
	case p.faults[RequestsButDoesNotRequire]:
		return tls.VerifyClientCertIfGiven
	case p.faults[AcceptsAnyClientCertificate]:
		return tls.RequireAnyClientCert
	}
	return tls.RequireAndVerifyClientCert
}

// protocols are what ALPN offers. A port that is shared prefers HTTP/1.1, so
// that only a gRPC client, which offers nothing else, gets HTTP/2.
func (d *frontDoor) protocols() []string {
	switch {
	case d.grpc && d.rest:
		return []string{"http/1.1", "h2"}
	case d.rest && d.http2:
		return []string{"h2", "http/1.1"}
	case d.rest:
		return []string{"http/1.1"}
	}
	return []string{"h2"}
}

func pool(roots []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, root := range roots {
		p.AddCert(root)
	}
	return p
}

// openOver asks a client that speaks HTTP/2 for no certificate.
func openOver(c *tls.Config) func(*tls.ClientHelloInfo) (*tls.Config, error) {
	open := c.Clone()
	open.ClientAuth = tls.NoClientCert
	return func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if slices.Contains(hello.SupportedProtos, harness.ALPNHTTP2) {
			return open, nil
		}
		return nil, nil
	}
}

// resumeLate has clients that come with a ticket of this port's judged by a clock that is slow.
func resumeLate(c *tls.Config) error {
	const slow = time.Minute
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return err
	}
	c.SetSessionTicketKeys([][32]byte{key}) // which copies share
	c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		now, late := c.Clone(), false
		now.GetConfigForClient = nil
		now.UnwrapSession = func(ticket []byte, state tls.ConnectionState) (*tls.SessionState, error) {
			s, err := c.DecryptTicket(ticket, state)
			late = s != nil
			return s, err
		}
		now.Time = func() time.Time {
			if late {
				return time.Now().Add(-slow)
			}
			return time.Now()
		}
		return now, nil
	}
	return nil
}
