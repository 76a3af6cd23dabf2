package probe

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

var bothPorts = []harness.Port{harness.GRPC, harness.HTTP}

// A rawCase is one attempt by raw at a server, and what it must see.
type rawCase struct {
	name     string
	addr     func(*testing.T, harness.Port) string
	topology harness.Topology
	attempt  harness.Attempt
	bound    time.Duration // zero is ample
	want     harness.Outcome
	facts    func(t *testing.T, o connection.Observation) // nil checks none
}

// over serves the API with some TLS.
func over(config func(*testing.T) *tls.Config) func(*testing.T, harness.Port) string {
	return func(t *testing.T, port harness.Port) string { return serveAPI(t, port, config(t), api{}) }
}

func mutual13(t *testing.T) *tls.Config { return mutualTLS(t, tls.VersionTLS13) }
func mutual12(t *testing.T) *tls.Config { return mutualTLS(t, tls.VersionTLS12) }
func bare(*testing.T) *tls.Config       { return nil }

// spoken has each connection spoken to, whatever the port.
func spoken(speak func(net.Conn)) func(*testing.T, harness.Port) string {
	return func(t *testing.T, _ harness.Port) string { return serve(t, speak) }
}

// shaken is the same after a handshake.
func shaken(speak func(net.Conn)) func(*testing.T, harness.Port) string {
	return func(t *testing.T, _ harness.Port) string { return serve(t, overTLS(serverTLS(t), speak)) }
}

func closing(net.Conn) {}

func parting(c net.Conn) { _ = c.(*tls.Conn).CloseWrite() }

func resetting(c net.Conn) {
	_ = c.(*tls.Conn).NetConn().(*net.TCPConn).SetLinger(0)
}

// nowhere is a port that belongs to a server that did not start.
func nowhere(t *testing.T, port harness.Port) string { return start(t, unknown).Addr(port) }

var rawCases = []rawCase{
	{name: "served in plaintext", addr: over(bare), topology: plain, want: harness.Served},
	{name: "served over TLS", addr: over(serverTLS), topology: oneWay, want: harness.Served, facts: negotiated},
	{name: "served with a certificate", addr: over(mutual13), topology: mutual, want: harness.Served, facts: showed(harness.Good, true)},
	{name: "served with a certificate over TLS 1.2", addr: over(mutual12), topology: mutual, want: harness.Served, facts: showed(harness.Good, true)},

	{name: "no certificate", addr: over(mutual13), topology: oneWay, want: harness.RefusedNoCertificate,
		facts: refused(harness.Nobody, true, 116)},
	{name: "no certificate over TLS 1.2", addr: over(mutual12), topology: oneWay, want: harness.RefusedNoCertificate,
		facts: refused(harness.Nobody, false, 40, 42)},
	{name: "expired", addr: over(mutual13), topology: mutual, attempt: harness.Attempt{Identity: "expired"},
		want: harness.RefusedCertificate, facts: refused("expired", true, 42, 45)},
	{name: "expired over TLS 1.2", addr: over(mutual12), topology: mutual, attempt: harness.Attempt{Identity: "expired"},
		want: harness.RefusedCertificate, facts: refused("expired", false, 42, 45)},
	{name: "key of another certificate", addr: over(mutual13), topology: mutual, attempt: harness.Attempt{Identity: "key-mismatch"},
		want: harness.RefusedCertificate, facts: refused("key-mismatch", true, 51)},
	// crypto/tls leaves a certificate out whose issuer the server does not
	// name, unless it goes through GetClientCertificate.
	{name: "an issuer that the server does not name", addr: over(mutual13), topology: mutual,
		attempt: harness.Attempt{Identity: "foreign-ca-other-subject"}, want: harness.RefusedCertificate,
		facts: refused("foreign-ca-other-subject", true, 42, 48)},
	{name: "old version", addr: over(mutual13), topology: mutual, attempt: harness.Attempt{TLSVersion: "1.2"},
		want: harness.RefusedProtocol, facts: oldVersion},
	{name: "very old version", addr: over(serverTLS), topology: oneWay, attempt: harness.Attempt{TLSVersion: "1.0"},
		want: harness.RefusedProtocol, facts: oldVersion},

	{name: "wrong name", addr: over(serverTLS), topology: oneWay, attempt: harness.Attempt{Name: "wrong.example"},
		want: harness.RefusedByClient, facts: distrusted(connection.EndWrongName)},
	{name: "untrusted", addr: over(mutual13), topology: mutual, attempt: harness.Attempt{TrustStore: harness.TrustOther},
		want: harness.RefusedByClient, facts: distrusted(connection.EndUntrusted)},

	{name: "TLS to a plaintext port", addr: over(bare), topology: oneWay, want: harness.RefusedTLS, facts: stranger},
	{name: "TLS to a port that closes", addr: spoken(closing), topology: oneWay, want: harness.RefusedTLS, facts: stranger},
	{name: "plaintext to a TLS port", addr: over(serverTLS), topology: plain, want: harness.RefusedPlaintext},
	{name: "plaintext answered by an alert", addr: spoken(says("\x15\x03\x01\x00\x02\x02\x0a")), topology: plain,
		want: harness.RefusedPlaintext, facts: alerted(10)},
	{name: "plaintext answered by a torn alert", addr: spoken(closingAfter("\x15\x03")), topology: plain, want: harness.RefusedPlaintext},

	{name: "closed without alert", addr: shaken(closing), topology: oneWay, want: harness.ClosedWithoutAlert, facts: negotiated},
	{name: "closed by close_notify", addr: shaken(parting), topology: oneWay, want: harness.ClosedWithoutAlert, facts: negotiated},
	{name: "reset without alert", addr: shaken(resetting), topology: oneWay, want: harness.ClosedWithoutAlert, facts: negotiated},
	{name: "silent", addr: spoken(silence), topology: plain, bound: brief, want: harness.TimedOut},
	{name: "silent to a ClientHello", addr: spoken(silence), topology: oneWay, bound: brief, want: harness.TimedOut},
	{name: "silent after a handshake", addr: shaken(silence), topology: oneWay, bound: brief, want: harness.TimedOut},
	{name: "nothing listens", addr: nowhere, topology: oneWay, want: harness.NothingListens},
}

func TestRaw(t *testing.T) {
	t.Parallel()
	for _, tt := range rawCases {
		for _, port := range bothPorts {
			t.Run(tt.name+"/"+string(port), func(t *testing.T) {
				t.Parallel()
				tt.check(t, port)
			})
		}
	}
}

func (tt rawCase) check(t *testing.T, port harness.Port) {
	t.Helper()
	tt.attempt.Client, tt.attempt.Port = harness.Raw, port
	target := aim(t, tt.addr(t, port), tt.topology, tt.attempt)
	if tt.bound != 0 {
		target.Bound = tt.bound
	}
	o := observe(t, target)
	wants(t, o, tt.want)
	if tt.want != harness.NothingListens && tt.want != harness.TimedOut { // who times out may have been about to connect
		placed(t, o, target)
	}
	if tt.facts != nil {
		tt.facts(t, o)
	}
}

// TestRawWithOtherProtocols meets servers that answer in HTTP, and not in what
// the port is for.
func TestRawWithOtherProtocols(t *testing.T) {
	t.Parallel()
	two := &http.Protocols{}
	two.SetHTTP2(true)
	two.SetUnencryptedHTTP2(true)
	for _, topology := range []harness.Topology{plain, oneWay} {
		config := bare(t)
		if topology.TLS() {
			config = serverTLS(t)
		}
		target := aim(t, serveHTTP(t, config, http.NotFoundHandler(), two), topology, harness.Attempt{Client: harness.Raw, Port: harness.GRPC})
		o := observe(t, target)
		wants(t, o, harness.NotOffered)
		if o.Status != http.StatusNotFound {
			t.Errorf("%s: the status is %d", topology.Name, o.Status)
		}
	}
	target := aim(t, serve(t, closingAfter("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"code\"")), plain, harness.Attempt{Client: harness.Raw, Port: harness.HTTP})
	if o := observe(t, target); o.Answer != "" {
		t.Errorf("half an answer is one: %+v", o)
	}
}

func closingAfter(text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1<<16))
		_, _ = io.WriteString(c, text)
	}
}
