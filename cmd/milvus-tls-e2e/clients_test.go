package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process"
)

// leave has scripts/clients.sh have left something about a client.
func leave(t *testing.T, cache process.Cache, name, text string) {
	t.Helper()
	path := filepath.Join(cache.Dir, "clients", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestClientsThatAreNotInstalledSayWhy(t *testing.T) {
	cache := process.Cache{Dir: t.TempDir()}
	leave(t, cache, "node.why", "npm is not installed here")
	leave(t, cache, "java.at", t.TempDir())
	leave(t, cache, "pymilvus.at", t.TempDir())
	leave(t, cache, "pymilvus-current.at", filepath.Join(cache.Dir, "gone"))
	var in harness.Inputs
	addClients(&in, cache)
	if !slices.Equal(in.Machine, []harness.Feature{harness.HasJava}) || in.Installed["java"] == "" {
		t.Errorf("it offers %v, installed in %v", in.Machine, in.Installed)
	}
	if why := in.Without[harness.HasNode]; !strings.Contains(why, "npm is not installed here") {
		t.Errorf("node is not there because of %q", why)
	}
	// One release of pymilvus alone would compare with itself.
	if why := in.Without[harness.HasPymilvus]; !strings.Contains(why, "pymilvus-current") {
		t.Errorf("pymilvus is not there because of %q", why)
	}
}
