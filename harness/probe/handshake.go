package probe

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/wire"
)

// A record keeps what the handshakes of one attempt showed. Clients that dial
// again write over it; what is observed is the first connection, which Seal
// keeps.
type record struct {
	mu     sync.Mutex
	seen   connection.Observation
	reason connection.End // why the client refused the server's certificate
	sealed bool
	tap    *wire.Tap // the connection; nil before there is one

	chain      []*x509.Certificate // that the server sent
	acceptable [][]byte            // the subjects of the CAs that it asks a certificate of
	product    string              // the server header of its answer
}

func (r *record) watch(conn net.Conn) net.Conn {
	tap := wire.NewTap(conn, wire.Options{Events: fewEvents})
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.sealed {
		r.tap = tap
	}
	return tap
}

// fewEvents are as many as a handshake and an answer to read show.
const fewEvents = 16

func (r *record) update(f func(*connection.Observation)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.sealed {
		f(&r.seen)
	}
}

// seal ends the record: what a later connection shows is not added.
func (r *record) seal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sealed = true
}

func (r *record) snapshot() (connection.Observation, connection.End) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tap != nil {
		r.seen.Transcripts = []connection.Transcript{r.tap.Transcript()}
	}
	return r.seen, r.reason
}

var tlsVersions = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// tlsConfig returns a client configuration that records what was shown on both
// sides. The server's certificate is verified as crypto/tls would, but in
// VerifyConnection, so that a certificate that the client refuses is recorded
// too. The client's own certificate goes through GetClientCertificate: given in
// Certificates it would silently stay unsent when its issuer is not among the
// authorities that the server names.
func (t Target) tlsConfig(r *record) *tls.Config {
	config := &tls.Config{
		RootCAs:            t.Trusted,
		ServerName:         t.Attempt.Name,
		InsecureSkipVerify: true, // verified below
		VerifyConnection: func(state tls.ConnectionState) error {
			r.update(func(o *connection.Observation) {
				shown(o, state)
				r.chain = state.PeerCertificates
			})
			err := t.agreed(state)
			if t.Attempt.TrustStore != harness.TrustAnything && err == nil {
				err = t.verify(state)
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			if !r.sealed {
				r.reason = distrust(err)
			}
			return err
		},
		GetClientCertificate: func(asked *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			cert := t.Cert.TLS()
			r.update(func(o *connection.Observation) {
				o.CertRequested, o.ClientCert = true, t.Cert.Fingerprint()
				r.acceptable = asked.AcceptableCAs
			})
			return &cert, nil
		},
	}
	if t.Ticket != nil {
		config.ClientSessionCache = t.Ticket
	}
	if t.Attempt.ALPN != "" {
		config.NextProtos = []string{t.Attempt.ALPN}
	}
	if v, only := tlsVersions[t.Attempt.TLSVersion]; only {
		config.MinVersion, config.MaxVersion = v, v
	}
	return config
}

// errNoProtocol is why a client leaves a server that agreed to another protocol
// than the one which the attempt is about, or to none.
var errNoProtocol = errors.New("the server did not choose the protocol that it was offered by ALPN")

// agreed reports whether the server chose the attempt's protocol. One that knows no
// ALPN lets a handshake succeed without; net/http then speaks HTTP/1.1.
func (t Target) agreed(state tls.ConnectionState) error {
	if t.Attempt.ALPN == "" || state.NegotiatedProtocol == t.Attempt.ALPN {
		return nil
	}
	return fmt.Errorf("%w: offered %s, chosen %q", errNoProtocol, t.Attempt.ALPN, state.NegotiatedProtocol)
}

func shown(o *connection.Observation, state tls.ConnectionState) {
	o.Version = connection.VersionName(state.Version)
	o.Cipher = tls.CipherSuiteName(state.CipherSuite)
	o.ALPN, o.Resumed = state.NegotiatedProtocol, state.DidResume
	if len(state.PeerCertificates) > 0 {
		sum := sha256.Sum256(state.PeerCertificates[0].Raw)
		o.ServerCert = hex.EncodeToString(sum[:])
	}
}

func (t Target) verify(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("the server showed no certificate")
	}
	leaf, between := *state.PeerCertificates[0], x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	if now := time.Now(); t.Ended && now.After(leaf.NotAfter) {
		leaf.NotAfter = now.Add(time.Minute)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: t.Trusted, Intermediates: between, DNSName: t.Attempt.Name})
	return err
}

func distrust(err error) connection.End {
	var name x509.HostnameError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errNoProtocol):
		return connection.EndNoProtocol
	case errors.As(err, &name):
		return connection.EndWrongName
	}
	return connection.EndUntrusted
}

// alertCodes gives the code of an alert by what crypto/tls prints for it: an
// alert that came over TCP has a type that crypto/tls does not export.
var alertCodes = func() map[string]uint8 {
	codes := map[string]uint8{}
	for code := range 256 {
		codes[tls.AlertError(code).Error()] = uint8(code)
	}
	return codes
}()

// alertOf returns the alert that the other side sent, or nil.
func alertOf(err error) *connection.Alert {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return nil
	}
	code, known := alertCodes[op.Err.Error()]
	if !known {
		return nil
	}
	return connection.AlertOf(code)
}

func (t Target) handshake(ctx context.Context, conn net.Conn, r *record, protocols ...string) (*tls.Conn, connection.End, error) {
	config := t.tlsConfig(r)
	config.NextProtos = protocols
	client := tls.Client(conn, config)
	err := client.HandshakeContext(ctx)
	if err == nil {
		r.update(func(o *connection.Observation) { o.HandshakeDone = true })
		return client, "", nil
	}
	return nil, t.refused(err, r), err
}

func (t Target) refused(err error, r *record) connection.End {
	var header tls.RecordHeaderError
	if _, why := r.snapshot(); why != "" {
		return why
	}
	if errors.As(err, &header) {
		return connection.EndNotTLS
	}
	if alert := alertOf(err); alert != nil {
		r.update(func(o *connection.Observation) { o.Alert = alert })
	}
	return ending(err)
}
