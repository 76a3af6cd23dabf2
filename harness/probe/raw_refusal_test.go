package probe

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"syscall"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// TestRawReadsEveryAlert meets a server that closes the connection at once
// behind its alert, with unread data of the client's, which resets it.
func TestRawReadsEveryAlert(t *testing.T) {
	t.Parallel()
	const times = 200
	quick, err := wallet(t).CA().Issue(pki.Leaf{Usages: pki.ServerAuth, Kind: pki.ECDSAP256}) // RSA takes long 200 times
	if err != nil {
		t.Fatal(err)
	}
	config := mutual13(t)
	config.Certificates = []tls.Certificate{quick.TLS()}
	addr := serve(t, func(c net.Conn) {
		if tls.Server(&recordConn{Conn: c}, config).Handshake() == nil {
			t.Error("a client without a certificate was let in")
		}
	})
	var all sync.WaitGroup
	for i := range times {
		target := aim(t, addr, oneWay, harness.Attempt{Via: harness.Raw, At: bothPorts[i%2]})
		all.Go(func() {
			o := observe(t, target)
			wants(t, o, harness.RefusedNoCertificate)
			alerted(116)(t, o)
		})
	}
	all.Wait()
}

// A cutConn is a connection that takes no more requests, and whose answer is
// still to be read.
type cutConn struct {
	net.Conn
	answer io.Reader
}

func (cutConn) Write([]byte) (int, error)    { return 0, syscall.EPIPE }
func (c cutConn) Read(p []byte) (int, error) { return c.answer.Read(p) }

func TestRawReadsBehindAFailedWrite(t *testing.T) {
	t.Parallel()
	for port, speak := range map[harness.Port]func(net.Conn, Target, *record) error{harness.GRPC: rawGRPC, harness.HTTP: rawHTTP} {
		r := &record{}
		answer := bytes.NewBufferString("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		if port == harness.GRPC {
			answer = bytes.NewBuffer(headersFrame(t, ":status", "404"))
		}
		err := speak(cutConn{answer: answer}, aim(t, "", plain, harness.Attempt{Via: harness.Raw, At: port}), r)
		if o, _ := r.snapshot(); err != nil || o.Answer != harness.AnswerNoService {
			t.Errorf("%s: the answer was not read: %v, %+v", port, err, o)
		}
	}
}

// Every alert has a name of its own, or its code could not be told.
func TestAlertNamesAreDistinct(t *testing.T) {
	t.Parallel()
	if len(alertCodes) != 256 {
		t.Errorf("256 alerts have %d names", len(alertCodes))
	}
	for _, code := range []uint8{40, 42, 48, 70, 116, 200} {
		err := &net.OpError{Op: "remote error", Err: tls.AlertError(code)}
		if a := alertOf(err); a == nil || a.Code != int(code) {
			t.Errorf("alert %d was read as %v", code, a)
		}
	}
	if a := alertOf(&net.OpError{Op: "local error", Err: tls.AlertError(42)}); a != nil {
		t.Errorf("the client's own alert was taken for the server's: %s", a)
	}
}
