package probe

import (
	"net"
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// placed checks what every connection knows of itself.
func placed(t *testing.T, o connection.Observation, target Target) {
	t.Helper()
	host, port, err := net.SplitHostPort(o.Local)
	if err != nil || host != "127.0.0.1" || port == "0" || o.Local == target.Addr {
		t.Errorf("the client's own address is %q", o.Local)
	}
	if o.Remote != target.Addr || o.Seconds <= 0 {
		t.Errorf("connected to %q for %v s", o.Remote, o.Seconds)
	}
	if o.Plaintext != (target.Attempt.Transport == harness.TransportPlain) {
		t.Errorf("plaintext is %v", o.Plaintext)
	}
}

// peered checks that the server's certificate was recorded.
func peered(t *testing.T, o connection.Observation) {
	t.Helper()
	if want := sharedCerts(t).Server().Fingerprint(); o.ServerCert != want {
		t.Errorf("the server showed %.12q, want %.12s", o.ServerCert, want)
	}
}

// negotiated checks a handshake with a server that asks for no certificate.
func negotiated(t *testing.T, o connection.Observation) {
	t.Helper()
	peered(t, o)
	if o.Version != "1.3" || o.Cipher == "" || !o.HandshakeDone || o.CertRequested || o.ClientCert != "" || o.Alert != nil {
		t.Errorf("negotiated %+v", o)
	}
	if o.ALPN != "h2" && o.ALPN != "http/1.1" {
		t.Errorf("ALPN is %q", o.ALPN)
	}
}

// showed checks what the client showed a server that asked.
func showed(identity string, shook bool) func(*testing.T, connection.Observation) {
	return func(t *testing.T, o connection.Observation) {
		t.Helper()
		peered(t, o)
		cert, err := sharedCerts(t).Identity(identity)
		if err != nil {
			t.Fatal(err)
		}
		if !o.CertRequested || o.ClientCert != cert.Fingerprint() || o.HandshakeDone != shook {
			t.Errorf("asked is %v, sent %.12q, want %.12q; shook is %v", o.CertRequested, o.ClientCert, cert.Fingerprint(), o.HandshakeDone)
		}
	}
}

// refused checks a refusal of what the client showed by one of some alerts,
// which depend on the server's version of Go.
func refused(identity string, shook bool, codes ...int) func(*testing.T, connection.Observation) {
	return func(t *testing.T, o connection.Observation) {
		t.Helper()
		showed(identity, shook)(t, o)
		alerted(codes...)(t, o)
	}
}

func alerted(codes ...int) func(*testing.T, connection.Observation) {
	return func(t *testing.T, o connection.Observation) {
		t.Helper()
		switch {
		case o.Alert == nil || o.End != connection.EndAlert:
			t.Errorf("no alert was read: %+v", o)
		case !slices.Contains(codes, o.Alert.Code) || o.Alert.Name == "":
			t.Errorf("it was %s, want one of %v", o.Alert, codes)
		}
	}
}

// oldVersion checks a refusal of the client's only version.
func oldVersion(t *testing.T, o connection.Observation) {
	t.Helper()
	alerted(70)(t, o)
	if o.HandshakeDone || o.ServerCert != "" {
		t.Errorf("and yet there was a handshake: %+v", o)
	}
}

// distrusted checks that the client refused the server, and whom.
func distrusted(end connection.End) func(*testing.T, connection.Observation) {
	return func(t *testing.T, o connection.Observation) {
		t.Helper()
		peered(t, o)
		if o.End != end || o.HandshakeDone || o.Answer != "" || o.Version == "" {
			t.Errorf("it ended with %q, want %q: %+v", o.End, end, o)
		}
	}
}

// stranger checks that nothing of a handshake took place.
func stranger(t *testing.T, o connection.Observation) {
	t.Helper()
	if o.HandshakeDone || o.ServerCert != "" || o.Version != "" || o.Alert != nil {
		t.Errorf("and yet there was a handshake: %+v", o)
	}
}
