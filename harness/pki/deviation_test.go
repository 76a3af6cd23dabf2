package pki

import (
	"crypto/tls"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A second implementation says what is wrong with each chain.
func TestOpenSSLSaysWhatTheDeviationsSay(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skipf("there is no openssl to agree or disagree: %v", err)
	}
	w := sharedCerts(t)
	dir := t.TempDir()
	roots := filepath.Join(dir, "roots.pem")
	if err := os.WriteFile(roots, w.CA().PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, d := range Deviations {
		said := opensslSays(t, roots, dir, identity(t, d.Name).chain)
		if said != d.OpenSSL && (d.OpenSSL == ok || !strings.Contains(said, d.OpenSSL)) {
			t.Errorf("%s: OpenSSL says %q, not %q", d.Name, said, d.OpenSSL)
		}
	}
}

// opensslSays returns what openssl verify says of a client's chain.
func opensslSays(t *testing.T, roots, dir string, chain [][]byte) string {
	t.Helper()
	args := []string{"verify", "-no-CApath", "-purpose", "sslclient", "-CAfile", roots}
	leaf, between := filepath.Join(dir, "leaf.pem"), filepath.Join(dir, "between.pem")
	for file, certs := range map[string][][]byte{leaf: chain[:1], between: chain[1:]} {
		if err := os.WriteFile(file, Cert{chain: certs}.CertPEM(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if len(chain) > 1 {
		args = append(args, "-untrusted", between)
	}
	text, err := exec.CommandContext(t.Context(), "openssl", append(args, leaf)...).CombinedOutput()
	switch m := verifyError.FindSubmatch(text); {
	case m != nil:
		return string(m[1])
	case err == nil && strings.HasSuffix(strings.TrimSpace(string(text)), ": OK"):
		return ok
	}
	return unreadable
}

// A server of this Go serves exactly whom the list says.
func TestThisGoServesWhatTheDeviationsSay(t *testing.T) {
	t.Parallel()
	w, release := sharedCerts(t), strings.TrimPrefix(runtime.Version(), "go")
	for _, d := range Deviations {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		seen := make(chan sight, 1)
		go func() { seen <- serve(listener, w) }()
		clientErr := ask(listener.Addr().String(), w, identity(t, d.Name), tls.VersionTLS13)
		server := <-seen
		_ = listener.Close()
		if served := d.Go.By(release); (clientErr == nil) != served || (server.err == nil) != served {
			t.Errorf("%s: it should be served: %t; the client says %v, the server %v", d.Name, served, clientErr, server.err)
		}
	}
}

func TestServedByRelease(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		served  Served
		release string
		want    bool
	}{
		{Served{}, "1.20.4", false}, {EveryGo, "1.18.3", true}, {EveryGo, "1.26.8", true},
		{Served{Since: "1", Before: "1.23"}, "1.22.12", true}, {Served{Since: "1", Before: "1.23"}, "1.23.0", false},
		{Served{Since: "1", Before: "1.24.11"}, "1.24.10", true}, {Served{Since: "1.24"}, "1.23.9", false},
	} {
		if got := tt.served.By(tt.release); got != tt.want {
			t.Errorf("%+v by %s: %t", tt.served, tt.release, got)
		}
	}
}

func TestDeviationsAreWhole(t *testing.T) {
	t.Parallel()
	if err := checkDeviations(Deviations); err != nil {
		t.Fatal(err)
	}
	breaking := 0
	for _, d := range Deviations {
		if d.Binds != BindsNobody {
			breaking++
		}
		if d.Binds == BindsNobody && d.Go == (Served{}) && d.OpenSSL != ok && d.Name != "intermediate-usage-server-auth" {
			t.Errorf("%s breaks no rule, and nobody accepts it", d.Name)
		}
	}
	if breaking < 60 {
		t.Errorf("%d entries break a rule, and 60 were wanted", breaking)
	}
	for want, spoil := range map[string]func(*Deviation){
		"not lower case": func(d *Deviation) { d.Name = "Two, words" },
		"there twice":    func(d *Deviation) { d.Name = "expired" },
		"incomplete":     func(d *Deviation) { d.Clause = "" },
		"binds":          func(d *Deviation) { d.Binds = "" },
	} {
		one := Deviations[0]
		one.Name = "another"
		spoil(&one)
		if err := checkDeviations([]Deviation{one}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}
