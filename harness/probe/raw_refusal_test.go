package probe

import (
	"crypto/tls"
	"net"
	"sync"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// refusing returns the address of a server that refuses a client without a
// certificate, closes the connection at once behind its alert, with data of
// the client's unread, and tells when it has.
func refusing(t *testing.T, closed func()) string {
	t.Helper()
	quick, err := sharedCerts(t).CA().Issue(pki.Leaf{Usages: pki.ServerAuth, Kind: pki.ECDSAP256}) // RSA takes long 200 times
	if err != nil {
		t.Fatal(err)
	}
	config := mutual13(t)
	config.Certificates = []tls.Certificate{quick.TLS()}
	return serve(t, func(c net.Conn) {
		if tls.Server(&recordConn{Conn: c}, config).Handshake() == nil {
			t.Error("a client without a certificate was let in")
		}
		_ = c.Close()
		closed()
	})
}

func TestRawReadsEveryAlert(t *testing.T) {
	t.Parallel()
	const times = 200
	addr := refusing(t, func() {})
	var all sync.WaitGroup
	for i := range times {
		target := aim(t, addr, oneWay, harness.Attempt{Client: harness.Raw, Port: bothPorts[i%2]})
		all.Go(func() {
			o := observe(t, target)
			wants(t, o, harness.RefusedNoCertificate)
			alerted(116)(t, o)
		})
	}
	all.Wait()
}

// TestRawReadsBehindAFailedWrite asks only when the server has reset the
// connection, so that no request can be written, and the alert still be read.
func TestRawReadsBehindAFailedWrite(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{})
	addr := refusing(t, func() { closed <- struct{}{} })
	for port, speak := range map[harness.Port]func(net.Conn, Target, *record) error{harness.GRPC: rawGRPC, harness.HTTP: rawHTTP} {
		target := aim(t, addr, oneWay, harness.Attempt{Client: harness.Raw, Port: port})
		conn, _, err := target.dial(t.Context())
		if err != nil || conn == nil {
			t.Fatalf("%s: dial: %v", port, err)
		}
		defer conn.Close()
		r := &record{}
		client, end, err := target.handshake(t.Context(), conn, r)
		<-closed
		if err != nil {
			t.Fatalf("%s: handshake: %s: %v", port, end, err)
		}
		if err := speak(client, target, r); alertOf(err) == nil || alertOf(err).Code != 116 {
			t.Errorf("%s: the alert is lost: %v", port, err)
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
