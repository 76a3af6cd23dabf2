package pki

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

func TestWriteServerSpoilsOneFile(t *testing.T) {
	w, parent := sharedCerts(t), t.TempDir()
	key, err := w.Server().KeyPEM()
	if err != nil {
		t.Fatal(err)
	}
	good, err := w.Identity(harness.Good)
	if err != nil {
		t.Fatal(err)
	}
	goodKey, err := good.KeyPEM()
	if err != nil {
		t.Fatal(err)
	}
	right := map[harness.File]string{
		harness.ServerCert: string(w.Server().CertPEM()), harness.ServerKey: string(key), harness.CACert: string(w.CA().PEM()),
		harness.EtcdCert: string(good.CertPEM()), harness.EtcdKey: string(goodKey),
		harness.EtcdCA: string(w.CA().PEM()), harness.StoreCA: string(w.CA().PEM()),
	}
	changes := []harness.ConfigChange{
		{}, {Defect: harness.Relative}, {Key: "common.security.tlsMode", Value: "3"},
		{File: harness.ServerKey, Defect: harness.Mismatched},
		{File: harness.EtcdCA, Defect: harness.Foreign}, {File: harness.StoreCA, Defect: harness.Foreign},
		{File: harness.EtcdServer, Defect: harness.OnlyTLS12},
	}
	for file := range right {
		for _, defect := range []harness.Defect{harness.Missing, harness.Unreadable, harness.Empty, harness.NotPEM} {
			changes = append(changes, harness.ConfigChange{File: file, Defect: defect})
		}
	}
	for _, change := range changes {
		files, err := w.WriteServer(filepath.Join(parent, change.String()), change)
		if err != nil {
			t.Fatalf("%s: %v", change, err)
		}
		for file, text := range right {
			defect := harness.Defect("")
			if file == change.File {
				defect = change.Defect
			}
			if complaint := judge(t, files.Path(file), file, defect, text); complaint != "" {
				t.Errorf("%s: %s %s", change, file, complaint)
			}
		}
		if modeOf(t, files.Dir) != 0o700 {
			t.Errorf("%s: the folder has mode %o", change, modeOf(t, files.Dir))
		}
	}
}

// judge says what is wrong with one file of a server, or "".
func judge(t *testing.T, path string, file harness.File, defect harness.Defect, right string) string {
	t.Helper()
	mode := fs.FileMode(0o644)
	switch {
	case defect == harness.Unreadable:
		mode = 0
	case file == harness.ServerKey, file == harness.EtcdKey:
		mode = 0o600
	}
	if modeOf(t, path) != mode {
		return "has the wrong mode"
	}
	text := contents(t, path)
	block, _ := pem.Decode([]byte(text))
	switch defect {
	case harness.Empty:
		if text != "" {
			return "is not empty"
		}
	case harness.NotPEM:
		if text == "" || block != nil {
			return "is empty or PEM"
		}
	case harness.Mismatched:
		if block == nil || text == right {
			return "is the right key, or none"
		}
		if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
			return err.Error()
		} else if other, ok := key.(*rsa.PrivateKey); !ok || other.N.BitLen() != 2048 {
			return "is a key of another kind"
		}
	case harness.Foreign:
		if text != string(sharedCerts(t).OtherCA().PEM()) {
			return "is not the other CA's"
		}
	case harness.Missing, harness.Unreadable, harness.Relative, harness.OnlyTLS12, "":
		if text != right {
			return "does not hold what it should"
		}
	default: // the others have a test of their own
	}
	return ""
}

// An expired internal certificate is right in everything but its time.
func TestAnExpiredInternalCertificate(t *testing.T) {
	w := sharedCerts(t)
	files, err := w.WriteServer(t.TempDir(), harness.InternalExpired.Change())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(files.Path(harness.InternalCert), files.Path(harness.InternalKey))
	if err != nil {
		t.Fatal(err)
	}
	check := x509.VerifyOptions{Roots: w.CA().Pool(), DNSName: harness.InternalName, CurrentTime: pair.Leaf.NotAfter}
	if _, err := pair.Leaf.Verify(check); err != nil {
		t.Errorf("it was never valid: %v", err)
	}
	if age := time.Since(pair.Leaf.NotAfter); age < time.Hour {
		t.Errorf("it expired %s ago", age)
	}
}

func TestWriteServerRefusesWhatCannotBe(t *testing.T) {
	for _, change := range []harness.ConfigChange{
		{File: "server.crt", Defect: harness.Empty},
		{File: harness.ServerCert, Defect: "rotten"},
		{File: harness.ServerCert},
		{Defect: harness.Empty},
		{File: harness.CACert, Defect: harness.Mismatched},
		{File: harness.CACert, Defect: harness.Foreign},
		{File: harness.EtcdCA, Defect: harness.OnlyTLS12},
		{File: harness.ServerCert, Defect: harness.Expired},
	} {
		dir := filepath.Join(t.TempDir(), "server")
		if _, err := sharedCerts(t).WriteServer(dir, change); err == nil {
			t.Errorf("it wrote %+v", change)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%+v: it made the folder all the same", change)
		}
	}
}

func TestWriteServerAgainHealsAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "server")
	for _, change := range []harness.ConfigChange{{File: harness.ServerKey, Defect: harness.Unreadable}, {}} {
		if _, err := sharedCerts(t).WriteServer(dir, change); err != nil {
			t.Fatal(err)
		}
	}
	if mode := modeOf(t, filepath.Join(dir, "server.key")); mode != 0o600 {
		t.Errorf("the key has mode %o", mode)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, []string{"ca.pem", "etcd-ca.pem", "etcd-client.key", "etcd-client.pem", "internal-ca.pem", "internal.key", "internal.pem", "server.key", "server.pem", "store-ca.pem"}) {
		t.Errorf("the folder holds %v", names)
	}
}

// A second implementation reads what is written in another form.
func TestFormsAreWhatTheySay(t *testing.T) {
	w := sharedCerts(t)
	write := func(file harness.File, defect harness.Defect) string {
		t.Helper()
		files, err := w.WriteServer(t.TempDir(), harness.ConfigChange{File: file, Defect: defect})
		if err != nil {
			t.Fatalf("%s %s: %v", file, defect, err)
		}
		return files.Path(file)
	}
	reads := func(path string, more ...string) bool {
		return exec.CommandContext(t.Context(), "openssl", append([]string{"pkey", "-in", path, "-noout"}, more...)...).Run() == nil
	}
	if _, err := exec.LookPath("openssl"); err == nil {
		sealed := write(harness.ServerKey, harness.Encrypted)
		if !reads(sealed, "-passin", "pass:a password that no server is told") || reads(sealed, "-passin", "pass:another") {
			t.Error("the encrypted key is not opened by its password alone")
		}
		for _, d := range []harness.Defect{harness.Traditional, harness.WithCRLF, harness.WithText, harness.Link} {
			if !reads(write(harness.ServerKey, d)) {
				t.Errorf("openssl does not read a key %s", d)
			}
		}
	}
	for d, want := range map[harness.Defect]fs.FileMode{harness.Folder: fs.ModeDir, harness.Pipe: fs.ModeNamedPipe, harness.Link: fs.ModeSymlink} {
		if info, err := os.Lstat(write(harness.CACert, d)); err != nil || info.Mode().Type() != want {
			t.Errorf("%s: %v, %v", d, info, err)
		}
	}
	for d, begins := range map[harness.Defect]string{harness.Traditional: "-----BEGIN RSA PRIVATE KEY", harness.OtherKind: "-----BEGIN CERTIFICATE", harness.WithBOM: "\xef\xbb\xbf-----BEGIN"} {
		if text := contents(t, write(harness.ServerKey, d)); !strings.HasPrefix(text, begins) {
			t.Errorf("%s: it begins %q", d, text[:min(40, len(text))])
		}
	}
	if text := contents(t, write(harness.ServerCert, harness.OtherKind)); !strings.HasPrefix(text, "-----BEGIN PRIVATE KEY") {
		t.Errorf("a certificate of another kind begins %q", text[:min(40, len(text))])
	}
}
