package handshake_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/pki/pkitest"
)

var peer = handshake.Peer{Name: "localhost", ALPN: "h2"}

func TestTheCatalogueIsWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range handshake.Catalogue {
		switch {
		case p.Name == "" || seen[p.Name]:
			t.Errorf("%q is a name twice, or none", p.Name)
		case !strings.HasPrefix(p.Clause, "RFC "):
			t.Errorf("%s: the clause %q", p.Name, p.Clause)
		case p.Group == 0:
			t.Errorf("%s is of no group", p.Name)
		case (p.Steps == nil) == (p.Suites == nil):
			t.Errorf("%s has both a script and suites, or neither", p.Name)
		}
		seen[p.Name] = true
		if found, err := handshake.Lookup(p.Name); err != nil || found.Clause != p.Clause {
			t.Errorf("%s is not found: %v", p.Name, err)
		}
	}
	if _, err := handshake.Lookup("says nothing of the kind"); err == nil {
		t.Error("a probe was found that there is not")
	}
}

// met is what crypto/tls makes of what a probe sends first: the ClientHello that it read, and
// its error.
func met(t *testing.T, p handshake.Probe) (*tls.ClientHelloInfo, error) {
	t.Helper()
	near, far := net.Pipe()
	defer far.Close()
	steps := p.Steps
	if p.Suites != nil {
		steps = p.Offer(p.Suites)
	}
	go func() { _, _ = io.Copy(io.Discard, near) }() // ends with far
	go func() {
		defer near.Close()
		for _, s := range steps(peer) {
			if _, err := near.Write(s.Send); err != nil || s.Await {
				return
			}
		}
	}()
	var read *tls.ClientHelloInfo
	enough := errors.New("enough")
	err := tls.Server(far, &tls.Config{
		Certificates: []tls.Certificate{pkitest.CertSet(t).Server().TLS()}, MinVersion: tls.VersionTLS10, NextProtos: []string{"h2"},
		GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			read = h
			return nil, enough
		},
	}).Handshake()
	if errors.Is(err, enough) {
		err = nil
	}
	return read, err
}

// A second implementation reads every hello that is said to be sound, and none of those that
// are said to be unreadable.
func TestHellosAreWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, p := range handshake.Of(handshake.Tolerated, handshake.Optional, handshake.Weak, handshake.Legacy) {
		if strings.Contains(p.Name, "SSL 2.0") || strings.Contains(p.Name, "SSL 3.0") || strings.Contains(p.Name, "dot at its end") || strings.Contains(p.Name, "extension twice") {
			continue // which crypto/tls does not know, or refuses as it may
		}
		if h, err := met(t, p); err != nil || h == nil {
			t.Errorf("a client that %s: crypto/tls cannot read it: %v", p.Name, err)
		}
	}
	for _, p := range handshake.Of(handshake.Violation) {
		h, _ := met(t, p)
		if unreadable := slices.Equal(p.Alerts, []int{50}); unreadable && h != nil {
			t.Errorf("a client that %s: crypto/tls reads it", p.Name)
		}
	}
}

func TestAHelloSaysWhatItsFieldsSay(t *testing.T) {
	t.Parallel()
	of := func(name string) *tls.ClientHelloInfo {
		p, err := handshake.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		h, err := met(t, p)
		if h == nil {
			t.Fatalf("%s: %v", name, err)
		}
		return h
	}
	if h := of("offers TLS 1.3"); h.ServerName != "localhost" || !slices.Equal(h.SupportedProtos, []string{"h2"}) || !slices.Equal(h.SupportedVersions, []uint16{tls.VersionTLS13}) {
		t.Errorf("TLS 1.3: %+v", h)
	}
	if h := of("offers TLS 1.0"); slices.Max(h.SupportedVersions) != tls.VersionTLS10 {
		t.Errorf("TLS 1.0: %v", h.SupportedVersions)
	}
	if h := of("names no server"); h.ServerName != "" {
		t.Errorf("no server: %q", h.ServerName)
	}
	if h := of("names a server of 255 bytes"); len(h.ServerName) != 255 {
		t.Errorf("255 bytes: %d", len(h.ServerName))
	}
	if h := of("offers 3DES suites alone"); !slices.Contains(h.CipherSuites, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA) || slices.Contains(h.CipherSuites, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256) {
		t.Errorf("3DES: %x", h.CipherSuites)
	}
}

// read returns what is made of an answer, in whatever pieces it comes.
func read(answer string, n int) handshake.Seen {
	var r handshake.Reader
	for left := []byte(answer); len(left) > 0; left = left[min(n, len(left)):] {
		r.Read(left[:min(n, len(left))])
	}
	return r.Seen
}

func TestAnswersAreMadeOut(t *testing.T) {
	t.Parallel()
	hello := "\x02\x00\x00\x2e\x03\x03" + strings.Repeat("r", 32) + "\x00\x13\x01\x00\x00\x06\x00\x2b\x00\x02\x03\x04"
	for name, tt := range map[string]struct {
		answer string
		want   func(handshake.Seen) bool
	}{
		"an alert": {"\x15\x03\x03\x00\x02\x02\x32", func(s handshake.Seen) bool { return s.Alert != nil && s.Alert.Code == 50 && !s.Hello }},
		"TLS 1.3": {"\x16\x03\x03\x00\x32" + hello, func(s handshake.Seen) bool {
			return s.Hello && s.Version == "1.3" && s.Cipher == "TLS_AES_128_GCM_SHA256"
		}},
		"in two records":     {"\x16\x03\x03\x00\x05" + hello[:5] + "\x16\x03\x03\x00\x2d" + hello[5:], func(s handshake.Seen) bool { return s.Hello && s.Version == "1.3" }},
		"TLS 1.2":            {"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + strings.Repeat("r", 32) + "\x00\xc0\x2f\x00", func(s handshake.Seen) bool { return s.Hello && s.Version == "1.2" }},
		"half of one":        {"\x16\x03\x03\x00\x32" + hello[:20], func(s handshake.Seen) bool { return !s.Hello && s.Other == "" }},
		"an encrypted alert": {"\x17\x03\x03\x00\x13" + strings.Repeat("x", 19), func(s handshake.Seen) bool { return s.Sealed && s.Alert == nil }},
		"encrypted data":     {"\x17\x03\x03\x00\x14" + strings.Repeat("x", 20), func(s handshake.Seen) bool { return !s.Sealed }},
		"a heartbeat":        {"\x18\x03\x03\x00\x03\x02\x00\x00", func(s handshake.Seen) bool { return s.Heartbeat }},
		"an HTTP error":      {"HTTP/1.1 400 Bad Request\r\n\r\n", func(s handshake.Seen) bool { return s.HTTP == 400 && s.Other == "" }},
		"HTTP/2":             {"\x00\x00\x00\x04\x00\x00\x00\x00\x00", func(s handshake.Seen) bool { return s.HTTP2 }},
		"another protocol":   {"SSH-2.0-it\r\n", func(s handshake.Seen) bool { return s.Other == "5353482d322e302d" }},
	} {
		for n := 1; n <= len(tt.answer); n++ {
			if s := read(tt.answer, n); !tt.want(s) {
				t.Errorf("%s, %d bytes at a time: %+v", name, n, s)
				break
			}
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"), 1)
	f.Add([]byte("HTTP/1.1 200"), 3)
	f.Fuzz(func(t *testing.T, answer []byte, n int) {
		s := read(string(answer), max(1, n))
		if s.Hello && s.Version == "" {
			t.Errorf("%+v", s)
		}
	})
}
