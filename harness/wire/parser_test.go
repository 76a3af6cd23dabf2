package wire

import (
	"crypto/tls"
	"reflect"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

func clientTLS(t testing.TB, change ...func(*tls.Config)) *tls.Config {
	c := &tls.Config{RootCAs: sharedCerts(t).CA().Pool(), ServerName: harness.RightName, NextProtos: []string{"h2"}}
	for _, f := range change {
		f(c)
	}
	return c
}

func serverTLS(t testing.TB, change ...func(*tls.Config)) *tls.Config {
	c := &tls.Config{Certificates: []tls.Certificate{sharedCerts(t).Server().TLS()}, NextProtos: []string{"h2", "http/1.1"}}
	for _, f := range change {
		f(c)
	}
	return c
}

func only(version uint16) func(*tls.Config) {
	return func(c *tls.Config) { c.MinVersion, c.MaxVersion = version, version }
}

func mutual(t testing.TB) func(*tls.Config) {
	return func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, sharedCerts(t).CA().Pool()
	}
}

func as(t testing.TB, name string) func(*tls.Config) {
	identity, err := sharedCerts(t).Identity(name)
	if err != nil {
		t.Fatal(err)
	}
	cert := identity.TLS()
	return func(c *tls.Config) {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
}

func curves(ids ...tls.CurveID) func(*tls.Config) {
	return func(c *tls.Config) { c.CurvePreferences = ids }
}

const (
	helloOf  = `client: ClientHello TLS 1\.3, 1\.2; SNI localhost; ALPN h2; 13 ciphers: TLS_ECDHE_.*, …`
	secrets  = `: application data( ×\d+)?, .*`
	likely   = `: application data, 19 B: the size of an encrypted alert`
	theirs   = `server: Certificate CN=localhost; SHA-256 [0-9a-f]{64}`
	hello12  = `server: ServerHello TLS 1\.2; TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; ALPN h2`
	hello13  = `server: ServerHello TLS 1\.3; TLS_AES_128_GCM_SHA256`
	sealed   = `: encrypted handshake, 40 B`
	keys     = `server: ServerKeyExchange`
	helloEnd = `server: ServerHelloDone`
)

func TestHandshakes(t *testing.T) {
	ended := []string{"client: closed", "server: closed"}
	for name, tt := range map[string]struct {
		client, server *tls.Config
		times          int
		want           []string
		facts          connection.Transcript
	}{
		"TLS 1.3": {
			clientTLS(t), serverTLS(t), 1,
			[]string{helloOf, hello13, "server" + secrets, "client" + secrets, "client" + likely},
			connection.Transcript{Version: "1.3", Cipher: "TLS_AES_128_GCM_SHA256", Encrypted: true},
		},
		"TLS 1.2": {
			clientTLS(t), serverTLS(t, only(tls.VersionTLS12)), 1,
			[]string{
				helloOf, hello12, theirs, keys, helloEnd, "client: ClientKeyExchange", "client" + sealed, "server" + sealed,
				"client: application data, 31 B", "server: application data, 30 B", "client: encrypted alert, 26 B",
			},
			connection.Transcript{Version: "1.2", Cipher: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", ALPN: "h2", Encrypted: true},
		},
		"TLS 1.2, both sides with certificates": {
			clientTLS(t, as(t, "good")), serverTLS(t, mutual(t), only(tls.VersionTLS12)), 1,
			[]string{
				helloOf, hello12, theirs, keys, "server: CertificateRequest", helloEnd, "client: Certificate CN=localhost; SHA-256 .*",
				"client: ClientKeyExchange", "client: CertificateVerify", "client" + sealed, "server" + sealed,
				"client: application data, 31 B", "server: application data, 30 B", "client: encrypted alert, 26 B",
			},
			connection.Transcript{Version: "1.2", Cipher: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", ALPN: "h2", Encrypted: true},
		},
		"TLS 1.2, a client without a certificate": {
			clientTLS(t), serverTLS(t, mutual(t), only(tls.VersionTLS12)), 1,
			[]string{
				helloOf, hello12, theirs, keys, "server: CertificateRequest", helloEnd, "client: Certificate: none sent",
				"client: ClientKeyExchange", "client" + sealed, "server: alert 40 handshake failure",
			},
			connection.Transcript{Version: "1.2", Cipher: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", ALPN: "h2"},
		},
		"TLS 1.3, a client without a certificate": {
			clientTLS(t), serverTLS(t, mutual(t)), 1,
			[]string{helloOf, hello13, "server" + secrets, "client" + secrets, "server" + likely, "client" + likely},
			connection.Transcript{Version: "1.3", Cipher: "TLS_AES_128_GCM_SHA256", Encrypted: true},
		},
		"a client that refuses the server's certificate": {
			clientTLS(t, func(c *tls.Config) { c.RootCAs = sharedCerts(t).OtherCA().Pool() }), serverTLS(t, only(tls.VersionTLS12)), 1,
			[]string{helloOf, hello12, theirs, keys, helloEnd, "client: alert 42 bad certificate"},
			connection.Transcript{Version: "1.2", Cipher: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", ALPN: "h2"},
		},
		"a version that the server does not speak": {
			clientTLS(t, only(tls.VersionTLS12)), serverTLS(t, only(tls.VersionTLS13)), 1,
			[]string{`client: ClientHello TLS 1\.2; SNI localhost; .*`, "server: alert 70 protocol version not supported"},
			connection.Transcript{},
		},
		"another curve": {
			clientTLS(t, curves(tls.X25519, tls.CurveP256)), serverTLS(t, curves(tls.CurveP256)), 1,
			[]string{
				helloOf, `server: HelloRetryRequest TLS 1\.3; wants CurveP256`, helloOf, hello13,
				"server" + secrets, "client" + secrets, "client" + likely,
			},
			connection.Transcript{Version: "1.3", Cipher: "TLS_AES_128_GCM_SHA256", Encrypted: true},
		},
		"a session resumed": {
			clientTLS(t, func(c *tls.Config) { c.ClientSessionCache = tls.NewLRUClientSessionCache(4) }), serverTLS(t), 2,
			[]string{
				helloOf + "; offers to resume a session", hello13 + "; resumes a session",
				"server" + secrets, "client" + secrets, "client" + likely,
			},
			connection.Transcript{Version: "1.3", Cipher: "TLS_AES_128_GCM_SHA256", Encrypted: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pieces := handshakes(t, tt.client, tt.server, tt.times)
			got := told(pieces, Options{})
			matches(t, got, append(tt.want, ended...)...)
			if want := tt.facts.Version == "1.2"; (got.Peer == sharedCerts(t).Server().Fingerprint()) != want {
				t.Errorf("the server's certificate is %q", got.Peer)
			}
			want := tt.facts
			want.Client, want.Server, want.Kind, want.Answered = "client", "server", connection.SpokeTLS, connection.SpokeTLS
			want.Hello, want.SNI, want.Offered, want.Peer = true, harness.RightName, []string{"h2"}, got.Peer
			want.End, want.Ended, want.Events = connection.EndClosed, connection.FromClient, got.Events
			for _, p := range pieces {
				*map[connection.Party]*int64{connection.FromClient: &want.ToServer, connection.FromServer: &want.ToClient}[p.from] += int64(len(p.said))
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("facts %+v\nwant %+v", got, want)
			}
			if cut := told(cutUp(pieces, 1), Options{}); !reflect.DeepEqual(cut, got) {
				t.Errorf("byte by byte it is %+v\nand not %+v", cut, got)
			}
		})
	}
}
