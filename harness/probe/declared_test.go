package probe

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/features"
)

// A client in another language is installed by the file that has its name, release by
// release, and whoever is declared can be probed.
func TestDeclaredClientsAreInstalled(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../fixtures/clients/*.sh")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no installations: %v", err)
	}
	var installed []harness.Client
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		client := harness.Client(strings.TrimSuffix(filepath.Base(file), ".sh"))
		installed = append(installed, client)
		for _, release := range client.Releases() {
			name := string(harness.ClientVersion{Client: client, Release: release}.Installed())
			if !strings.Contains(string(text), "provide "+name+" ") || !strings.Contains(string(text), "install_"+name+"()") {
				t.Errorf("%s does not install %q", file, name)
			}
		}
	}
	for _, c := range harness.Clients {
		if _, here := All[c]; here == slices.Contains(installed, c) {
			t.Errorf("%s: it has a probe of its own: %v, and an installation: %v", c, here, !here)
		}
		if need := c.Needs(); need != "" && (!features.Known(need) || !strings.Contains(features.Lacks(need), "not installed here")) {
			t.Errorf("%s: without it a machine %s", c, features.Lacks(need))
		}
	}
	want := []harness.Client{harness.Raw, harness.Go, harness.REST, harness.Curl, harness.Pymilvus, harness.Node, harness.Java}
	known := slices.DeleteFunc(slices.Clone(harness.Clients), func(c harness.Client) bool { return !slices.Contains(want, c) })
	if !slices.Equal(known, want) { // whatever is added beside them
		t.Errorf("reports show them in the order %v", known)
	}
}
