package process

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/pki"
)

// A given server without namespaces is told where its files are on this
// machine, finds user.yaml beside milvus.yaml, and what an image ships where
// the stock file's paths lead.
func TestDeployGiven(t *testing.T) {
	t.Parallel()
	stock, shipped, certs := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, stock, map[string]string{"milvus.yaml": "tls: {serverPemPath: certs/server.pem, serverKeyPath: /etc/server.key, caPemPath: ../ca.pem}\n", "user.yaml": "stock\n"})
	write(t, shipped, map[string]string{"server.pem": "shipped", "server.key": "key", "ca.pem": "ca"})
	s := spec(t, "cat certs/server.pem; echo; cat conf/milvus.yaml conf/user.yaml; find . -name '*.key' -o -name ca.pem")
	s.Server.Where[WhereConfigs] = stock
	s.CustomConfig = &deploy.CustomConfig{
		Config: []byte("tls: {caPemPath: /certs/ca.pem}\n"), User: []byte("tls: {serverKeyPath: /certs/server.key}\n"),
		Mounts: []deploy.Mount{{From: certs, At: "/certs"}}, Shipped: pki.ServerFiles{Dir: shipped},
	}
	m, err := newProvider(t, isolate.None).deploy(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	awaitExit(t, m)
	if m.mountView() == "" {
		t.Error("nothing says that the paths are not those that were given")
	}
	log, _, err := m.Log(0)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"shipped\n", "caPemPath: " + certs + "/ca.pem", "serverPemPath: certs/server.pem", "serverKeyPath: " + certs + "/server.key"} {
		if !strings.Contains(string(log), want) {
			t.Errorf("the server saw\n%s\nwithout %q", log, want)
		}
	}
	for _, other := range []string{"stock\n", "./certs/server.key", "ca.pem\n./"} {
		if strings.Contains(string(log), other) {
			t.Errorf("the server saw %q", other)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(m.Where()), "ca.pem")); err == nil {
		t.Error("what is shipped was written outside the server's folder")
	}
}
