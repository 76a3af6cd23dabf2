package probe

import (
	"crypto/tls"
	"net"
	"net/http"
	"testing"

	"milvus-tls-e2e/harness"
)

// hsts answers as an API does that sends the header.
func hsts(a api) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(hstsHeader, "max-age=4711")
		a.ServeHTTP(w, r)
	})
}

// speaking is HTTP/1.1 and, where it is said, HTTP/2.
func speaking(http2 bool) *http.Protocols {
	p := &http.Protocols{}
	p.SetHTTP1(true)
	p.SetHTTP2(http2)
	return p
}

// offering is an attempt at REST's port with one protocol.
func offering(t *testing.T, via harness.Client, addr, protocol string) Target {
	t.Helper()
	return aim(t, addr, oneWay, harness.Attempt{Client: via, Port: harness.HTTP, ALPN: protocol})
}

func TestTheProtocolThatIsOfferedIsSpoken(t *testing.T) {
	both := serveHTTP(t, serverTLS(t), hsts(api{}), speaking(true))
	old := serveHTTP(t, serverTLS(t), hsts(api{}), speaking(false))
	deaf := serve(t, func(c net.Conn) { // as a load balancer that knows no ALPN
		secured := tls.Server(c, serverTLS(t))
		if secured.Handshake() == nil {
			says("HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{\"code\":200,\"data\":[]}")(secured)
		}
	})
	for _, via := range []harness.Client{harness.Raw, harness.REST} {
		for _, protocol := range []string{harness.ALPNHTTP1, harness.ALPNHTTP2} {
			o := observe(t, offering(t, via, both, protocol))
			wants(t, o, harness.Served)
			if o.ALPN != protocol || o.HSTS != "max-age=4711" {
				t.Errorf("%s offered %s: %+v", via, protocol, o)
			}
		}
		wants(t, observe(t, offering(t, via, old, harness.ALPNHTTP1)), harness.Served)
	}
	wants(t, observe(t, offering(t, harness.Raw, old, harness.ALPNHTTP2)), harness.RefusedALPN)
	wants(t, observe(t, offering(t, harness.REST, old, harness.ALPNHTTP2)), harness.NotServed) // net/http loses the alert
	for _, via := range []harness.Client{harness.Raw, harness.REST} {
		o := observe(t, offering(t, via, deaf, harness.ALPNHTTP2))
		wants(t, o, harness.RefusedALPN)
		if o.Answer != "" {
			t.Errorf("%s was answered over another protocol: %+v", via, o)
		}
	}
}

// Whom mode 2 refuses it refuses over HTTP/2 with the same alert.
func TestARefusalOverHTTP2HasItsAlert(t *testing.T) {
	addr := serveHTTP(t, mutualTLS(t, tls.VersionTLS13), api{}, speaking(true))
	o := observe(t, offering(t, harness.Raw, addr, harness.ALPNHTTP2)) // as nobody
	wants(t, o, harness.RefusedNoCertificate)
	if o.ALPN != harness.ALPNHTTP2 || o.Alert == nil {
		t.Errorf("it was refused otherwise: %+v", o)
	}
}

// In plaintext HTTP/2 is spoken without agreement.
func TestHTTP2InPlaintext(t *testing.T) {
	plain := func(protocols *http.Protocols) Target {
		target := offering(t, harness.Raw, serveHTTP(t, nil, api{}, protocols), harness.ALPNHTTP2)
		target.Attempt.Transport = harness.TransportPlain
		return target
	}
	both := speaking(false)
	both.SetUnencryptedHTTP2(true)
	wants(t, observe(t, plain(both)), harness.Served)
	if o := observe(t, plain(speaking(false))); o.Outcome() == harness.Served {
		t.Errorf("a server of HTTP/1.1 alone served it: %+v", o)
	}
}
