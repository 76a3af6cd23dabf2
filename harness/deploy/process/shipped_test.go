package process

import (
	"os"
	"path/filepath"
	"testing"

	"milvus-tls-e2e/harness"
)

// Only a CA with its key lets everybody make certificates.
func TestWhatIsShipped(t *testing.T) {
	configs := t.TempDir()
	server := harness.Server{Where: map[string]string{WhereConfigs: configs}}
	check := func(ships bool, ca, key string) {
		t.Helper()
		if ShipsCA(configs) != ships {
			t.Errorf("it ships a CA: %t", !ships)
		}
		found, err := (&Provider{}).shipped(t.Context(), server)
		if err != nil || string(found.CA) != ca || string(found.CAKey) != key {
			t.Errorf("found %q, %q (%v)", found.CA, found.CAKey, err)
		}
	}
	put := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(configs, shippedFolder, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check(false, "", "")
	if err := os.Mkdir(filepath.Join(configs, shippedFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	put("ca.pem")
	check(false, "ca.pem", "")
	put("ca.key")
	check(true, "ca.pem", "ca.key")
	if ShipsCA("") {
		t.Error("a server without a stock configuration ships a CA")
	}
}
