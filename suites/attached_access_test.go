//go:build !e2e

package suites

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// balancer ends TLS before a port in plaintext, as a load balancer does, with one of the
// owner's certificates and the protocols that it selects by ALPN.
func balancer(name string, protocols ...string) func(*testing.T, string, string) string {
	return func(t *testing.T, dir, to string) string {
		t.Helper()
		cert, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key"))
		if err != nil {
			t.Fatal(err)
		}
		l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: protocols})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			for c, err := l.Accept(); err == nil; c, err = l.Accept() {
				go pass(c, to)
			}
		}()
		return l.Addr().String()
	}
}

func pass(c net.Conn, to string) {
	defer c.Close()
	if secured, is := c.(*tls.Conn); is && secured.Handshake() != nil {
		return
	}
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(server, c); server.Close() }()
	_, _ = io.Copy(c, server)
}

// gateway ends TLS and HTTP/2, and names itself.
func gateway(t *testing.T, dir, to string) string {
	t.Helper()
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "server.pem"), filepath.Join(dir, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	plain := &http.Protocols{}
	plain.SetUnencryptedHTTP2(true)
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{Protocols: plain}, FlushInterval: -1,
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: to}) },
		ModifyResponse: func(r *http.Response) error { r.Header.Set("Server", "envoy"); return nil },
	}
	both := &http.Protocols{}
	both.SetHTTP2(true)
	server := &http.Server{Handler: proxy, TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}, Protocols: both, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.ServeTLS(l, "", "") }()
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

// at returns the address of a port.
func at(p harness.Port) func(deploy.Deployment) string {
	return func(d deploy.Deployment) string { return d.Addr(p) }
}

// website serves pages over TLS, with the server's certificate.
func website(t *testing.T, dir, _ string) string {
	t.Helper()
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "server.pem"), filepath.Join(dir, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewUnstartedServer(http.NotFoundHandler())
	site.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	site.TLS.NextProtos = []string{"h2", "http/1.1"}
	site.EnableHTTP2 = true
	site.StartTLS()
	t.Cleanup(site.Close)
	return site.Listener.Addr().String()
}

// inTurn shows the certificates in turn, one for each connection, as a service with
// several pods behind it does.
func inTurn(names ...string) func(*testing.T, string, string) string {
	return func(t *testing.T, dir, to string) string {
		t.Helper()
		var fronts []string
		for _, name := range names {
			fronts = append(fronts, balancer(name, "h2")(t, dir, to))
		}
		return forwarder(t, "127.0.0.1:0", fronts...)
	}
}

// forwarder passes connections on, to each address in turn.
func forwarder(t *testing.T, listen string, to ...string) string {
	t.Helper()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go pass(c, to[n%len(to)])
		}
	}()
	return l.Addr().String()
}

// twoAddresses is a name that stands for two addresses, with a server of each of the
// certificates; one without is in plaintext.
func twoAddresses(first, second string) attached {
	a := behind(func(t *testing.T, dir, to string) string {
		t.Helper()
		addr := forwarder(t, "127.0.0.1:0", balancer(first, "h2")(t, dir, to))
		_, port, _ := net.SplitHostPort(addr)
		behind := to
		if second != "" {
			behind = balancer(second, "h2")(t, dir, to)
		}
		forwarder(t, "127.0.0.2:"+port, behind)
		return addr
	})
	a.lookup = func(context.Context, string) ([]string, error) { return []string{"127.0.0.1", "127.0.0.2"}, nil }
	return a
}

// behind is a server in plaintext behind something that ends TLS before its gRPC port.
func behind(front func(*testing.T, string, string) string) attached {
	return attached{topology: "mode-0", front: front, restAt: func(deploy.Deployment) string { return "" }, omit: of("mode"), more: of("mode: 1")}
}

// unconfigured is a deployment whose owner does not say what its certificate is.
func unconfigured(s attached) attached {
	s.omit = append(slices.Clone(s.omit), "server_certificate")
	return s
}

// An access is a deployment to which the client does not get as its owner describes.
type access struct {
	name string
	attached
	finding string   // the one claim that is refuted
	says    []string // what its reason names
}

// trusting is a deployment whose owner trusts what another file holds.
func trusting(file string) attached {
	return attached{topology: "mode-2", omit: of("trust", "client_ca"), more: of("trust: " + file)}
}

var accesses = []access{
	{"trust is another CA", trusting("shipped/ca.pem"), "server-trusted",
		of("shows CN=server, issued by CN=ca; 1 certificate was sent", "The trust file holds CN=ca", "x509: certificate signed by unknown authority")},
	{"trust is the client's certificate", trusting("client.pem"), "server-trusted", of("CN=server", "holds CN=client")},
	{"trust is another CA, with a login", attached{topology: "mode-2-auth", omit: of("trust", "client_ca"), more: of("trust: shipped/ca.pem")}, "server-trusted", of("CN=server")},
	{"the name is another", attached{topology: "mode-2", omit: of("name"), more: of("name: milvus.internal")}, "server-name-matches",
		of("clients expect milvus.internal, and the certificate CN=server", "has milvus.example")},
	{"the name is the address", attached{topology: "mode-1", omit: of("name")}, "server-name-matches", of("clients expect 127.0.0.1", "has milvus.example")},
	{"the name is below the certificate's", attached{topology: "mode-1", omit: of("name"), more: of("name: a.milvus.example")}, "server-name-matches", of("clients expect a.milvus.example")},
	{"the name is another, with a login", attached{topology: "mode-2-auth", omit: of("name"), more: of("name: milvus.internal")}, "server-name-matches", of("milvus.internal")},
	{"the client's certificate has ended", attached{topology: "mode-2", client: leaf{ends: -time.Hour}, omit: of("client_ca")}, "client-admitted",
		of("alert", "its certificate is CN=client, issued by CN=ca", "the server accepts certificates issued by CN=ca")},
	{"the client's certificate is for servers", attached{topology: "mode-2", omit: of("client", "client_ca"), more: of("client: {certificate: server.pem, key: server.key}")},
		"client-admitted", of("alert", "its certificate is CN=server")},
	{"the client's certificate is of another CA", attached{topology: "mode-2", omit: of("client", "client_ca"), more: of("client: {certificate: shipped/ca.pem, key: shipped/ca.key}")},
		"client-admitted", of("alert", "its certificate is CN=ca, issued by CN=ca")},
	{"the server asks for a certificate", attached{topology: "mode-2", omit: of("mode", "client", "client_ca"), more: of("mode: 1")}, "client-admitted",
		of("alert", "the target describes a client without one")},
	{"the server asks nobody for a certificate", attached{topology: "mode-1", omit: of("mode"), more: of("mode: 2")}, "mode-not-weaker", nil},
	{"the server asks nobody for a certificate, with a login", attached{topology: "mode-1-auth", omit: of("mode"), more: of("mode: 2")}, "mode-not-weaker", nil},
	{"REST's address is gRPC's", attached{topology: "mode-2", restAt: at(harness.GRPC)}, "addresses-answer",
		of("answers gRPC where REST is said to be, and under TLS gRPC's port answers no REST")},
	{"REST's address is gRPC's, in mode 1", attached{topology: "mode-1", restAt: func(d deploy.Deployment) string {
		return strings.Replace(d.Addr(harness.GRPC), "127.0.0.1", "localhost", 1)
	}}, "addresses-answer",
		of("answers gRPC where REST is said to be")},
	{"the addresses are each other's", attached{topology: "mode-1", restAt: at(harness.GRPC), grpcAt: at(harness.HTTP)}, "addresses-answer",
		of("is said to be")},
	{"gRPC's address is REST's", attached{topology: "mode-2", grpcAt: at(harness.HTTP)}, "addresses-answer", of("answers REST where gRPC is said to be")},
	{"gRPC's address is a web server's", attached{topology: "mode-1", restAt: func(deploy.Deployment) string { return "" }, front: website}, "addresses-answer", of("a call of gRPC at")},
	{"two servers behind one address, one with another certificate", behind(inTurn("server", "server2")), "replicas-agree",
		of("connections to 127.0.0.1", "CN=server (", "CN=server2 (")},
	{"two servers behind one name", twoAddresses("server", "server2"), "replicas-agree", of("127.0.0.1:", "127.0.0.2:")},
	{"two servers behind one name, one of which is in plaintext", twoAddresses("server", ""), "replicas-agree", of("no certificate")},
	{"nothing listens at REST's address", attached{topology: "mode-1", restAt: func(deploy.Deployment) string { return "127.0.0.1:1" }}, "addresses-answer", of("nothing listens")},
	{"a load balancer without ALPN", behind(balancer("server")), "alpn-selected", of("takes part in the handshake and does not select h2")},
	{"a load balancer for HTTP/1.1 alone", behind(balancer("server", "http/1.1")), "alpn-selected", of("does not select h2")},
	{"a load balancer for another protocol", behind(balancer("server", "acme-tls/1")), "alpn-selected", of("does not select h2")},
	{"a proxy that speaks HTTP/1.1 too", behind(balancer("server", "h2", "http/1.1")), "tls-ends-at-milvus", of("selects http/1.1 by ALPN")},
	{"a gateway that names itself", behind(gateway), "tls-ends-at-milvus", of("server: envoy")},
	{"a proxy with another certificate of the CA", behind(balancer("client", "h2")), "served-cert-is-configured", of("shows CN=client, issued by CN=ca", "holds CN=server")},
	{"a proxy with another CA's certificate", behind(balancer("shipped/ca", "h2")), "served-cert-is-configured", of("shows CN=ca, issued by CN=ca")},
	{"a proxy whose certificate nobody described", unconfigured(behind(balancer("shipped/ca", "h2"))), "server-trusted", of("shows CN=ca, issued by CN=ca")},
	{"the server shows another certificate of its CA", attached{topology: "mode-1", omit: of("server_certificate"), more: of("server_certificate: client.pem")},
		"served-cert-is-configured", of("shows CN=server", "server_certificate holds CN=client")},
}

// The client's way is found out first: what keeps it from Milvus is one finding with its
// own cause, and all else is judged past it, or left open with that cause.
func TestOneFindingSaysWhyTheClientDoesNotGetThrough(t *testing.T) {
	t.Parallel()
	for _, a := range accesses {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			a.judged(t)
		})
	}
}

// What REST answers depends on the release. Seen of a 2.3.5 behind a web server: it was asked
// as 3.0 would be, and was said to refuse good clients.
func TestRESTOfAnUnknownReleaseIsLeftOpen(t *testing.T) {
	t.Parallel()
	for _, topology := range in("mode-1", "mode-2") {
		t.Run(topology, func(t *testing.T) {
			t.Parallel()
			open := 0
			for _, r := range (attached{topology: topology, front: website}).checked(t).Results {
				switch {
				case r.Client != harness.REST && r.Client != harness.Curl:
				case r.Verdict == harness.Inconclusive && r.Cause == harness.CauseNoAccess && strings.Contains(r.Reason, "give version:"):
					open++
				case r.Verdict != harness.NotApplicable && r.Port == harness.HTTP:
					t.Errorf("%s: %s", r.Verdict, r.Sentence())
				}
			}
			if open == 0 {
				t.Error("nothing is left open")
			}
		})
	}
}

func (a access) judged(t *testing.T) {
	t.Helper()
	results := a.checked(t)
	confirmed := 0
	for _, r := range results.Results {
		switch {
		case r.Verdict == harness.Confirmed:
			confirmed++
		case r.Verdict == harness.Refuted && r.Claim != a.finding && !slices.Contains(a.also(), r.Claim):
			t.Errorf("refuted too: %s", r.Sentence())
		case r.Verdict == harness.Refuted && r.Claim == a.finding:
			for _, want := range a.says {
				if !strings.Contains(r.Reason, want) {
					t.Errorf("the finding lacks %q: %s", want, r.Reason)
				}
			}
		case r.Verdict == harness.Inconclusive && r.Cause != harness.CauseNoAccess && !(r.Claim == "management-out-of-reach"):
			t.Errorf("left open by %v: %s", r.Cause, r.Sentence())
		}
	}
	if by(results.Results, harness.Refuted)[a.finding] == "" {
		t.Errorf("%s is not refuted", a.finding)
	}
	if confirmed < 5 {
		t.Errorf("%d cases are confirmed", confirmed)
	}
}

// also are findings that stand for themselves beside the one about the way.
func (a access) also() []string {
	if a.client.ends < 0 {
		return of("certificate-lasts")
	}
	return nil
}
