package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/plan"
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
	leave(t, cache, "node-2.4.why", "npm is not installed here")
	leave(t, cache, "java-2.6.at", t.TempDir())
	leave(t, cache, "pymilvus-2.4.at", t.TempDir())
	leave(t, cache, "pymilvus-3.0.at", filepath.Join(cache.Dir, "gone"))
	var in plan.Inputs
	addClients(&in, cache)
	if want := []harness.Feature{harness.Java.Feature(), "java-2.6", harness.Pymilvus.Feature(), "pymilvus-2.4"}; !slices.Equal(in.Machine, want) {
		t.Errorf("it offers %v, want %v", in.Machine, want)
	}
	if in.Installed["java-2.6"] == "" || in.Installed["pymilvus-2.4"] == "" || len(in.Installed) != 2 {
		t.Errorf("installed are %v", in.Installed)
	}
	if why := in.Without["node-2.4"]; !strings.Contains(why, "npm is not installed here") {
		t.Errorf("the older release of node is not there because of %q", why)
	}
	// What one release of a client lacks, the others do not.
	if why := in.Without["pymilvus-3.0"]; why == "" || in.Without[harness.Pymilvus.Feature()] != "" || in.Without[harness.Node.Feature()] == "" {
		t.Errorf("without: %q", in.Without)
	}
}
