package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What CONTRIBUTING's table says of a claim, a kind of check, a client, a provider and a
// topology is all that one takes: those of testdata/added are laid over the tree, and the
// line that registers the provider, and then they are planned, deployed and judged.
func TestWhatIsAddedTakesTheTablesFilesAlone(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left to make test: it builds much of the module anew")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	added := filepath.Join(root, "cmd/milvus-tls-e2e/testdata/added")
	over := map[string]string{}
	err = filepath.WalkDir(added, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			at, _ := filepath.Rel(added, strings.TrimSuffix(path, ".txt"))
			over[filepath.Join(root, at)] = path
			_, err = os.Stat(path) // which tells go test what the result depends on
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(over) != 7 {
		t.Fatalf("%d files are added: one for the claim, the topology, the client and the provider, two for the kind of check, and what looks at them", len(over))
	}
	dir := t.TempDir()
	list := filepath.Join(root, "harness/deploy/providers/providers.go")
	over[list] = filepath.Join(dir, "providers.go")
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	const line, imported = "\tdocker.Registration,\n", "\t\"milvus-tls-e2e/harness/deploy/docker\"\n"
	registered := strings.Replace(string(text), line, line+strings.Replace(line, "docker", "added", 1), 1)
	registered = strings.Replace(registered, imported, strings.Replace(imported, "docker", "added", 1)+imported, 1)
	write(t, over[list], registered)
	overlay, err := json.Marshal(map[string]any{"Replace": over})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "overlay.json"), string(overlay))
	said, err := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"), "-run", "^TestTheAdded$", "-v", ".").CombinedOutput()
	if err != nil || !strings.Contains(string(said), "--- PASS: TestTheAdded") {
		t.Errorf("%v: %s", err, said)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
