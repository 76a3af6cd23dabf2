package process

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

func TestServerIsToldTheObjectStoresCA(t *testing.T) {
	files, dir := t.TempDir(), t.TempDir()
	write(t, files, map[string]string{string(harness.StoreCA): "the private CA"})
	setup := milvus.Setup{
		Topology: harness.Topology{StoreTLS: true}, Files: pki.ServerFiles{Dir: files}, Storage: milvus.Storage{Object: "127.0.0.1:1"},
	}
	p := &Provider{kind: isolate.AsUser}
	mounts, environment, err := p.trust(dir, setup)
	if err != nil || len(mounts) != 1 || mounts[0].At != systemTrust || len(environment) != 1 || environment[0] != "SSL_CERT_FILE="+mounts[0].From {
		t.Fatalf("mounts %v, environment %v, %v", mounts, environment, err)
	}
	bundle, err := os.ReadFile(mounts[0].From)
	if err != nil || !bytes.HasSuffix(bundle, []byte("\nthe private CA")) {
		t.Errorf("the trust store is %q, %v", bundle, err)
	}
	if system, err := os.ReadFile(systemTrust); err == nil && !bytes.HasPrefix(bundle, system) {
		t.Error("the system's own CAs are gone")
	}
	if _, _, err := (&Provider{kind: isolate.None}).trust(dir, setup); err == nil {
		t.Error("without namespaces a trust store of its own was promised")
	}
	setup.Topology.StoreTLS = false
	if mounts, environment, err := p.trust(filepath.Join(dir, "none"), setup); mounts != nil || environment != nil || err != nil {
		t.Errorf("without TLS: %v, %v, %v", mounts, environment, err)
	}
}
