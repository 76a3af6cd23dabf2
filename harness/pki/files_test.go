package pki

import (
	"crypto/tls"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

// modeOf returns the permission bits of a file, and fails where there is none.
func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// contents reads a file of the server's, also one that its mode forbids to
// read: the mode has been looked at by then.
func contents(t *testing.T, path string) string {
	t.Helper()
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWriteWritesTheWholeCertSet(t *testing.T) {
	w, dir := sharedCerts(t), filepath.Join(t.TempDir(), "run", "certificates")
	if _, err := w.Write(dir); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"ca.pem": string(w.CA().PEM()), "another-ca.pem": string(w.OtherCA().PEM()), "server.pem": string(w.Server().CertPEM()),
	}
	for _, id := range Catalogue {
		want["clients/"+id.Name+".pem"] = string(identity(t, id.Name).CertPEM())
	}
	for name, text := range want {
		path := filepath.Join(dir, name)
		if mode := modeOf(t, path); mode != 0o644 || contents(t, path) != text {
			t.Errorf("%s is not what it should be, at mode %o", name, mode)
		}
		if key := strings.TrimSuffix(path, ".pem") + ".key"; !strings.HasSuffix(name, "ca.pem") && modeOf(t, key) != 0o600 {
			t.Errorf("%s has mode %o", key, modeOf(t, key))
		}
	}
	for _, folder := range []string{filepath.Dir(dir), dir, filepath.Join(dir, "clients")} {
		if modeOf(t, folder) != 0o700 {
			t.Errorf("%s has mode %o", folder, modeOf(t, folder))
		}
	}
	if _, err := w.Write(dir); err != nil {
		t.Errorf("written again: %v", err)
	}
}

func TestFilesAreWhereTheySayTheyAre(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "certificates")
	files, err := sharedCerts(t).Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	for trust, path := range map[harness.TrustStore]string{
		"": "ca.pem", harness.TrustCA: "ca.pem", harness.TrustServer: "server.pem", harness.TrustOther: "another-ca.pem",
	} {
		if got := files.Trust(trust); got != filepath.Join(dir, path) {
			t.Errorf("trust %q is %s", trust, got)
		}
	}
	for _, id := range Catalogue {
		cert, key := files.Client(id.Name)
		pair, err := tls.LoadX509KeyPair(cert, key)
		if (err == nil) != (id.Name != "key-mismatch") {
			t.Errorf("%s, as written: %v", id.Name, err)
		}
		if sent := identity(t, id.Name).chain; err == nil && len(pair.Certificate) != len(sent) {
			t.Errorf("%s, as written: %d certificates and not %d", id.Name, len(pair.Certificate), len(sent))
		}
	}
	if cert, key := files.Client(harness.Nobody); cert != "" || key != "" {
		t.Errorf("nobody's files are %q and %q", cert, key)
	}
}

func TestWriteReplacesAFileThatOthersCouldRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "good.key"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	cert, key, err := identity(t, harness.Good).Write(dir, "good")
	if err != nil {
		t.Fatal(err)
	}
	if modeOf(t, key) != 0o600 || modeOf(t, cert) != 0o644 {
		t.Errorf("the key has mode %o, the certificate %o", modeOf(t, key), modeOf(t, cert))
	}
	if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
		t.Error(err)
	}
	if _, _, err := (Cert{}).Write(dir, harness.Nobody); err == nil {
		t.Error("nobody's certificate was written")
	}
}
