package pki

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var verifyError = regexp.MustCompile(`error \d+ at \d+ depth lookup: ?(.*)`)

// A second implementation says what is wrong with each.
func TestOpenSSLSaysWhatTheCatalogueSays(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skipf("there is no openssl to agree or disagree: %v", err)
	}
	files, err := sharedCerts(t).Write(filepath.Join(t.TempDir(), "certs"))
	if err != nil {
		t.Fatal(err)
	}
	between := filepath.Join(t.TempDir(), "between.pem")
	for _, id := range Catalogue {
		leaf, _ := files.Client(id.Name)
		args := []string{"verify", "-no-CApath", "-purpose", "sslclient", "-CAfile", files.Trust("")}
		if chain := identity(t, id.Name).chain[1:]; len(chain) > 0 {
			if err := os.WriteFile(between, Cert{chain: chain}.CertPEM(), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, "-untrusted", between)
		}
		text, err := exec.CommandContext(t.Context(), openssl, append(args, leaf)...).CombinedOutput()
		said := "neither ok nor an error"
		if m := verifyError.FindSubmatch(text); m != nil {
			said = string(m[1])
		} else if err == nil && strings.HasSuffix(strings.TrimSpace(string(text)), ": OK") {
			said = ok
		}
		if said != id.OpenSSL && (id.OpenSSL == ok || !strings.Contains(said, id.OpenSSL)) {
			t.Errorf("%s: OpenSSL says %q, not %q:\n%s", id.Name, said, id.OpenSSL, text)
		}
	}
}

func TestGoAgreesWithTheCatalogue(t *testing.T) {
	for _, id := range Catalogue {
		cert := identity(t, id.Name)
		between := x509.NewCertPool()
		for _, der := range cert.chain[1:] {
			between.AddCert(parsed(t, der))
		}
		_, err := parsed(t, cert.chain[0]).Verify(x509.VerifyOptions{
			Roots: sharedCerts(t).CA().Pool(), Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		})
		if want := id.Good || id.Unseen != ""; (err == nil) != want {
			t.Errorf("%s: crypto/x509 should accept the chain: %t; it says %v", id.Name, want, err)
		}
	}
}

func TestOnlyOneKeyIsNotItsCertificates(t *testing.T) {
	for _, id := range Catalogue {
		cert := identity(t, id.Name)
		key, err := cert.KeyPEM()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tls.X509KeyPair(cert.CertPEM(), key); (err != nil) != (id.Name == "key-mismatch") {
			t.Errorf("%s: %v", id.Name, err)
		}
	}
}
