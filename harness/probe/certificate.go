package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// Certificates makes a handshake with no certificate and no trust, and gives
// what the port shows: how the server then treats such a client is no matter.
// Of a port that shows nothing it gives what became of the connection.
func Certificates(ctx context.Context, t Target) ([]*x509.Certificate, *connection.Observation, error) {
	begin := time.Now()
	conn, end, err := t.dial(ctx)
	if err != nil {
		return nil, nil, err
	}
	o := connection.Observation{Remote: t.Addr, End: end}
	if conn == nil {
		return nil, &o, nil
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
		return chain, &o, nil
	}
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	o.End, o.Detail = t.refused(err, r), harness.Short(fmt.Sprint(err))
	return nil, &o, nil
}
