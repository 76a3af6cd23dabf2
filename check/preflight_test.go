package check_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/check"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/run"
	"milvus-tls-e2e/suites/claims"
)

// refused returns the error with which nothing was judged.
func refused(t *testing.T, text string) error {
	t.Helper()
	return refusedWithin(t, time.Minute, text)
}

// refusedWithin is refused with a bound for each attempt, which is short for a
// deployment that answers nothing, and nothing but that should meet.
func refusedWithin(t *testing.T, bound time.Duration, text string) error {
	t.Helper()
	target, err := check.Read(described(t, text), claims.All())
	if err != nil {
		t.Fatal(err)
	}
	all, err := check.Run(t.Context(), target, check.Options{
		Claims: claims.All(), Features: func(string) ([]harness.Feature, error) { return nil, nil },
		MadeFor: func(string) ([]string, error) { return nil, nil },
		Bounds:  run.Bounds{Attempt: bound, Data: bound, Log: bound},
	})
	if err == nil || strings.Contains(err.Error(), "\n") || len(all.Results) > 0 {
		t.Fatalf("%v, %d results", err, len(all.Results))
	}
	return err
}

// listening serves connections until the end of the test.
func listening(t *testing.T, speak func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			go speak(c)
		}
	}()
	return l.Addr().String()
}

func TestWhatCannotBeJudgedIsOneLine(t *testing.T) {
	silent := listening(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	// A port that was closed a moment ago may be another program's by now; one
	// below 1024 the system gives to nobody who asks for any.
	const nobody = "127.0.0.1:1"
	const text = "addresses: {grpc: '%s', management: none}\nmode: 0\nrate: 100\n"
	if err := refusedWithin(t, time.Second, fmt.Sprintf(text, silent)); !strings.Contains(err.Error(), silent+" does not answer within 1s") {
		t.Errorf("who answers nothing: %v", err)
	}
	for addr, want := range map[string]string{
		"no-such-name.invalid:19530":           "addresses.grpc: the name no-such-name.invalid cannot be resolved",
		nobody:                                 "nothing listens at " + nobody,
		strings.TrimPrefix(web.URL, "http://"): "is no Milvus",
	} {
		if err := refused(t, fmt.Sprintf(text, addr)); !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", addr, err, want)
		}
	}
}

// users starts a stand-in that asks for a login, in mode 0.
func users(t *testing.T) string {
	t.Helper()
	certs := pkitest.CertSet(t)
	d, p, err := standin.StartOne(t.Context(), certs, t.TempDir(), deploy.Spec{Topology: harness.Topology{Name: "mode-0", Users: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return d.Addr(harness.GRPC)
}

// Without a login that works every control would be refused, and no refusal
// would mean anything: that is no finding about TLS.
func TestLoginsThatDoNotWork(t *testing.T) {
	base := "addresses: {grpc: '" + users(t) + "', management: none}\nmode: 0\nrate: 100\n"
	if err := refused(t, base); !strings.Contains(err.Error(), "asks for a login") {
		t.Error(err)
	}
	t.Setenv("CHECK_PASSWORD", "wrong-and-secret")
	err := refused(t, base+"login: {user: root, password_env: CHECK_PASSWORD}\n")
	if !strings.Contains(err.Error(), "refuses the login of root") || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
	if err := refused(t, base+"login: {user: root, password_env: CHECK_NOT_SET}\n"); !strings.Contains(err.Error(), "password is empty") {
		t.Error(err)
	}
	if err := refused(t, base+"login: {user: root, password_file: none}\n"); !strings.Contains(err.Error(), "login.password_file: open ") {
		t.Error(err)
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	certs := pkitest.CertSet(t)
	files, err := certs.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cert, key := files.Client(harness.Good)
	_, other := files.Client("ed25519")
	junk := filepath.Join(t.TempDir(), "junk")
	if err := os.WriteFile(junk, []byte("junk\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	base := "addresses: {grpc: 'localhost:1', management: none}\nmode: 2\ntrust: "
	ca := files.Trust(harness.TrustCA)
	client := func(cert, key string) string {
		return base + ca + "\nclient: {certificate: " + cert + ", key: " + key + "}\n"
	}
	for text, want := range map[string]string{
		base + "none.pem\n":                      "trust: open ",
		base + junk + "\n":                       "trust: " + junk + " holds no certificate in PEM",
		client("none.pem", key):                  "client.certificate: open ",
		client(cert, "none.key"):                 "client.key: open ",
		client(cert, other):                      "client.key: " + other + " is not the key of " + cert,
		client(cert, junk):                       "client.key: " + junk + " holds no private key in PEM",
		client(cert, key) + "shipped_ca: none\n": "shipped_ca.certificate: open ",
		client(cert, key) + "log: none.log\n":    "follow the log: open ",
		client(cert, key) + "log_command: [no-such-command-here]\n": "follow the log: exec: ",
	} {
		if err := refused(t, text); !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
