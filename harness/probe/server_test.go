package probe

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"log"
	"net"
	"net/http"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"

	"milvus-tls-e2e/harness"
)

// serverTLS returns the TLS of a server that shows the certificate set's certificate.
func serverTLS(t *testing.T) *tls.Config {
	t.Helper()
	return &tls.Config{Certificates: []tls.Certificate{sharedCerts(t).Server().TLS()}}
}

// mutualTLS returns the TLS of a server that wants a certificate of the certificate set's
// CA in one version of TLS.
func mutualTLS(t *testing.T, version uint16) *tls.Config {
	t.Helper()
	config := serverTLS(t)
	config.MinVersion, config.MaxVersion = version, version
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, sharedCerts(t).CA().Pool()
	return config
}

// api is what a server answers, the same to everybody.
type api struct {
	milvuspb.UnimplementedMilvusServiceServer
	status *commonpb.Status // nil is success
	err    error

	http int // zero is 200
	body string
}

func (a api) ShowCollections(context.Context, *milvuspb.ShowCollectionsRequest) (*milvuspb.ShowCollectionsResponse, error) {
	if a.status == nil {
		a.status = &commonpb.Status{}
	}
	return &milvuspb.ShowCollectionsResponse{Status: a.status}, a.err
}

func (a api) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if a.http != 0 {
		w.WriteHeader(a.http)
	}
	if a.body == "" {
		a.body = `{"code":200,"data":[]}`
	}
	_, _ = io.WriteString(w, a.body)
}

// serveAPI returns the address of a gRPC or a REST server. A nil config means
// plaintext.
func serveAPI(t *testing.T, port harness.Port, config *tls.Config, a api) string {
	t.Helper()
	if port != harness.GRPC {
		return serveHTTP(t, config, a, nil)
	}
	wire := insecure.NewCredentials()
	if config != nil {
		wire = credentials.NewTLS(config)
	}
	s := grpc.NewServer(grpc.Creds(wire))
	milvuspb.RegisterMilvusServiceServer(s, a)
	l := listen(t)
	go func() { _ = s.Serve(l) }() // returns when stopped
	t.Cleanup(s.Stop)
	return l.Addr().String()
}

// serveHTTP returns the address of an HTTP server, of HTTP/1.1 where it is given
// no protocols.
func serveHTTP(t *testing.T, config *tls.Config, handler http.Handler, protocols *http.Protocols) string {
	t.Helper()
	if protocols == nil {
		protocols = &http.Protocols{}
		protocols.SetHTTP1(true)
	}
	s := &http.Server{Handler: handler, TLSConfig: config, Protocols: protocols, ErrorLog: log.New(io.Discard, "", 0)}
	l := listen(t)
	go func() { // returns when closed
		if config == nil {
			_ = s.Serve(l)
			return
		}
		_ = s.ServeTLS(l, "", "")
	}()
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

// overTLS speaks after a handshake, and cuts the connection off without a
// close_notify.
func overTLS(config *tls.Config, speak func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		config := config.Clone()
		config.NextProtos = []string{"h2", "http/1.1"}
		secured := tls.Server(c, config)
		if secured.Handshake() == nil {
			speak(secured)
		}
	}
}

// says reads something of what the client asks and answers with a text.
func says(text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1<<16)) // the client may be gone
		_, _ = io.WriteString(c, text)
		_, _ = io.Copy(io.Discard, c) // until the client goes
	}
}

// silence reads all and answers nothing.
func silence(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// A recordConn reads one TLS record and nothing behind it. Go's client sends
// its Finished and its request behind its certificate: a server that refuses
// the certificate leaves them unread, so that closing resets the connection.
type recordConn struct {
	net.Conn
	rest []byte
}

func (c *recordConn) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		head := make([]byte, 5)
		if _, err := io.ReadFull(c.Conn, head); err != nil {
			return 0, err
		}
		body := make([]byte, binary.BigEndian.Uint16(head[3:]))
		if _, err := io.ReadFull(c.Conn, body); err != nil {
			return 0, err
		}
		c.rest = append(head, body...)
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}
