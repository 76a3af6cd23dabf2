package standin_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

var (
	mode0 = harness.Topology{Name: "mode-0"}
	mode1 = harness.Topology{Name: "mode-1", Mode: 1}
	mode2 = harness.Topology{Name: "mode-2", Mode: 2}
)

func rest(t harness.Topology, p harness.RESTPort) harness.Topology {
	t.REST = p
	return t
}

func users(t harness.Topology) harness.Topology {
	t.Users = true
	return t
}

// givens are servers that somebody else describes, with /certs mounted.
var givens = map[string]deploy.CustomConfig{
	"merged":     {Config: []byte(externalTLS)},
	"user.yaml":  {User: []byte(externalTLS)},
	"as shipped": {Config: []byte("common: {security: {tlsMode: 1}}\nproxy: {http: {port: 8080}}\n")},
	"misplaced":  {Config: []byte("common: {tlsMode: 1}\n")},
	"internal": {Config: []byte("common: {security: {internaltlsEnabled: true}}\n" +
		"internaltls: {serverPemPath: /certs/server.pem, serverKeyPath: /certs/server.key}\n")},
}

const externalTLS = "common: {security: {tlsMode: 1}}\nproxy: {http: {port: 8080}}\n" +
	"tls: {serverPemPath: /certs/server.pem, serverKeyPath: /certs/server.key}\n"

// began deploys a stand-in until the end of the test.
func began(t *testing.T, topology harness.Topology, change harness.ConfigChange, faults ...standin.Fault) deploy.Deployment {
	t.Helper()
	files, err := pkitest.CertSet(t).WriteServer(t.TempDir(), change)
	if err != nil {
		t.Fatal(err)
	}
	p := standin.New(pkitest.CertSet(t), faults...)
	spec := deploy.Spec{Name: t.Name(), Topology: topology, Change: change, Files: files}
	if given, is := givens[change.Manifest]; is {
		given.Mounts = []deploy.Mount{{From: files.Dir, At: "/certs"}}
		spec.CustomConfig = &given
	}
	if odd := topology.Odd; odd.Component != "" {
		spec.Odd = deploy.Odd{Component: odd.Component, Topology: topology, Change: odd.Internal.Change()}
		spec.Odd.Topology.Internal = odd.Internal
		if spec.Odd.Files, err = pkitest.CertSet(t).WriteServer(t.TempDir(), spec.Odd.Change); err != nil {
			t.Fatal(err)
		}
	}
	return deployed(t, p, spec)
}

// startThrough is start with a way to what the stand-in stands on.
func startThrough(t *testing.T, topology harness.Topology, through func(harness.Port, string) (string, error), faults ...standin.Fault) deploy.Deployment {
	t.Helper()
	files, err := pkitest.CertSet(t).WriteServer(t.TempDir(), harness.ConfigChange{})
	if err != nil {
		t.Fatal(err)
	}
	return deployed(t, standin.New(pkitest.CertSet(t), faults...), deploy.Spec{Name: t.Name(), Topology: topology, Files: files, RouteThrough: through})
}

func deployed(t *testing.T, p *standin.Provider, spec deploy.Spec) deploy.Deployment {
	t.Helper()
	release, _, _ := strings.Cut(spec.Topology.Name, " ")
	spec.Server.Features = releases[release]
	d, err := p.Deploy(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(d.Where()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left behind", d.Where())
		}
	})
	return d
}

// bound is how long a client waits where it is left without an answer.
const bound = 10 * time.Second

// A client looks at one port once. The zero value of each field is the good
// thing to do at a port that wants TLS.
type client struct {
	at     harness.Port
	speaks harness.Client // harness.Raw for gRPC, harness.REST; zero is what the port is for
	as     string         // identity; zero is nobody
	plain  bool
	only   uint16 // TLS version
	name   string
	ask    string // REST: method and path
	header string // REST: one more header line
	hurry  bool   // expect to be left without an answer
}

// A sight is what a client saw.
type sight struct {
	what  string // served, HTTP nnn, no HTTP, no gRPC, no TLS, alert …, closed, timeout, untrusted, nothing listens
	body  string
	local string
	state tls.ConnectionState
}

func (c client) check(t *testing.T, d deploy.Deployment) sight {
	t.Helper()
	conn, err := net.Dial("tcp", d.Addr(c.at))
	if err != nil {
		return sight{what: word(err)}
	}
	defer conn.Close()
	patience := bound
	if c.hurry {
		patience = 100 * time.Millisecond
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	s := sight{local: conn.LocalAddr().String()}
	if !c.plain {
		secured := tls.Client(conn, c.config(t))
		if err := secured.Handshake(); err != nil {
			s.what = word(err)
			return s
		}
		s.state, conn = secured.ConnectionState(), secured
	}
	if c.speaks == harness.REST || c.speaks == "" && c.at != harness.GRPC {
		s.what, s.body = c.http(conn)
	} else {
		s.what = grpcGreeting(conn)
	}
	return s
}

func (c client) config(t *testing.T) *tls.Config {
	t.Helper()
	name := c.as
	if name == "" {
		name = harness.Nobody
	}
	cert, err := pkitest.CertSet(t).Identity(name)
	if err != nil {
		t.Fatal(err)
	}
	mine := cert.TLS()
	config := &tls.Config{
		RootCAs: pkitest.CertSet(t).CA().Pool(), ServerName: harness.RightName,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &mine, nil },
	}
	if c.name != "" {
		config.ServerName = c.name
	}
	if c.speaks != harness.REST && c.at == harness.GRPC {
		config.NextProtos = []string{"h2"}
	}
	if c.only != 0 {
		config.MinVersion, config.MaxVersion = c.only, c.only
	}
	return config
}

// http asks once and reads the answer.
func (c client) http(conn net.Conn) (what, body string) {
	ask := c.ask
	if ask == "" {
		ask = "GET /v1/vector/collections"
	}
	header := c.header
	if header != "" {
		header += "\r\n"
	}
	// What cannot be written may still be answered: a refusal comes while the client writes.
	_, _ = fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n%s\r\n", ask, header)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil && strings.HasPrefix(err.Error(), "malformed HTTP") {
		return "no HTTP", ""
	}
	if err != nil {
		return word(err), ""
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if answer.StatusCode == http.StatusOK {
		return "served", string(text)
	}
	return fmt.Sprintf("HTTP %d", answer.StatusCode), string(text)
}

// grpcGreeting sends HTTP/2's preface with empty SETTINGS, and is served where
// it gets SETTINGS.
func grpcGreeting(conn net.Conn) string {
	_, _ = io.WriteString(conn, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
	frame := make([]byte, 9)
	if _, err := io.ReadFull(conn, frame); err != nil {
		return word(err)
	}
	if frame[3] != 4 {
		return "no gRPC"
	}
	return "served"
}

// word returns an error one of the words of sight.what.
func word(err error) string {
	var op *net.OpError
	var timeout net.Error
	var untrusted *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &op) && op.Op == "remote error":
		return "alert " + op.Err.Error()
	case errors.As(err, &untrusted):
		return "untrusted"
	case errors.As(err, &record):
		return "no TLS"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "closed"
	}
	return err.Error()
}

func logged(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	text, _, err := d.Log(0)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// awaitLog waits for a line of the log that holds every word.
func awaitLog(t *testing.T, d deploy.Deployment, words ...string) {
	t.Helper()
	match := func(text []byte) string {
	lines:
		for line := range strings.Lines(string(text)) {
			for _, w := range words {
				if !strings.Contains(line, w) {
					continue lines
				}
			}
			return line
		}
		return ""
	}
	line, err := deploy.AwaitLog(context.Background(), d, 0, match, bound)
	if err != nil {
		t.Fatal(err)
	}
	if line == "" {
		t.Errorf("no line of the log has %q:\n%s", words, logged(t, d))
	}
}
