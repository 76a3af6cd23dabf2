package process

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// The front speaks TLS 1.2 and nothing newer, and carries what is behind it.
func TestTheFrontSpeaksNothingNewer(t *testing.T) {
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "alive") }))
	defer behind.Close()
	certs := pkitest.CertSet(t)
	f, err := newFront(certs.Server(), "127.0.0.1:0", behind.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ask := func(floor uint16) (string, error) {
		transport := &http.Transport{TLSClientConfig: &tls.Config{
			RootCAs: certs.CA().Pool(), ServerName: harness.RightName, MinVersion: floor,
		}}
		defer transport.CloseIdleConnections()
		answer, err := (&http.Client{Transport: transport}).Get("https://" + f.Addr().String())
		if err != nil {
			return "", err
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		return string(text), err
	}
	if text, err := ask(tls.VersionTLS12); err != nil || text != "alive" {
		t.Errorf("with a floor of 1.2: %q, %v", text, err)
	}
	if _, err := ask(tls.VersionTLS13); err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("with a floor of 1.3: %v", err)
	}
	if err := f.stop(); err != nil {
		t.Error(err)
	}
	if _, err := ask(tls.VersionTLS12); err == nil {
		t.Error("it serves on after it was stopped")
	}
}
