package pki

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

// patience bounds a conversation over loopback, which takes a few milliseconds.
const patience = 20 * time.Second

func TestAMutualServerAcceptsExactlyTheGood(t *testing.T) {
	identities := append([]Identity{nobody}, Catalogue...)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, id := range identities {
			t.Run(fmt.Sprintf("%s/%s", tls.VersionName(version), id.Name), func(t *testing.T) {
				cert := identity(t, id.Name)
				listener, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = listener.Close() })
				seen := make(chan sight, 1)
				go func() { seen <- serve(listener, sharedCerts(t)) }()

				clientErr := ask(listener.Addr().String(), sharedCerts(t), cert, version)
				server := <-seen
				if (clientErr == nil) != id.Good || (server.err == nil) != id.Good {
					t.Errorf("it should be served: %t; the client says %v, the server %v", id.Good, clientErr, server.err)
				}
				if server.fingerprint != cert.Fingerprint() {
					t.Errorf("the server saw %q, and the identity is %q", server.fingerprint, cert.Fingerprint())
				}
			})
		}
	}
}

// sight is what a server saw of one client.
type sight struct {
	err         error
	fingerprint string
}

// serve serves one client an echo of one byte.
func serve(listener net.Listener, w *CertSet) (saw sight) {
	conn, err := listener.Accept()
	if err != nil {
		return sight{err: err}
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return sight{err: err}
	}
	// Called for a chain that verifies, even where the handshake fails later.
	verified := func(chain [][]byte, _ [][]*x509.Certificate) error {
		if len(chain) > 0 {
			saw.fingerprint = Cert{chain: chain}.Fingerprint()
		}
		return nil
	}
	secure := tls.Server(conn, &tls.Config{
		Certificates: []tls.Certificate{w.Server().TLS()}, ClientAuth: tls.RequireAndVerifyClientCert,
		ClientCAs: w.CA().Pool(), VerifyPeerCertificate: verified,
	})
	saw.err = echo(secure)
	var refused *tls.CertificateVerificationError
	if errors.As(saw.err, &refused) {
		sum := sha256.Sum256(refused.UnverifiedCertificates[0].Raw)
		saw.fingerprint = hex.EncodeToString(sum[:])
	}
	return saw
}

func echo(conn net.Conn) error {
	b := make([]byte, 1)
	if _, err := conn.Read(b); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if _, err := conn.Write(b); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// ask sends a byte as a client with the certificate, and reads it back: in TLS
// 1.3 a client's handshake is over before the server has seen the certificate.
func ask(address string, w *CertSet, cert Cert, version uint16) error {
	dialer := &net.Dialer{Timeout: patience}
	conn, err := tls.DialWithDialer(dialer, "tcp", address, &tls.Config{
		RootCAs: w.CA().Pool(), ServerName: harness.RightName, MinVersion: version, MaxVersion: version,
		// Config.Certificates would send nothing that the server's list of CAs
		// does not name.
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			sent := cert.TLS()
			return &sent, nil
		},
	})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if got := conn.ConnectionState().PeerCertificates[0].Raw; !bytes.Equal(got, w.Server().chain[0]) {
		return errors.New("the server's certificate is another")
	}
	if _, err := conn.Write([]byte{'x'}); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	back := make([]byte, 1)
	if _, err := conn.Read(back); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if back[0] != 'x' {
		return fmt.Errorf("read %q instead of the byte that was sent", back)
	}
	return nil
}
