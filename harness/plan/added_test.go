package plan

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A client in another language is one file of Go: laid over the tree, that file alone has
// it planned, launched, and missed where it is not installed.
func TestAClientIsOneFile(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left to make test: it builds the module's clients anew")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	over := map[string]string{}
	for file, at := range map[string]string{"ruby.go.txt": "harness/probe/ruby.go", "ruby_test.go.txt": "harness/plan/ruby_test.go"} {
		source := filepath.Join(root, "harness/plan/testdata/added", file)
		if _, err := os.Stat(source); err != nil { // which tells go test what the result depends on
			t.Fatal(err)
		}
		over[filepath.Join(root, at)] = source
	}
	text, err := json.Marshal(map[string]any{"Replace": over})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), "go", "test", "-overlay", overlay, "-run", "^TestTheAddedClient$", "-v", ".").CombinedOutput()
	if err != nil || !strings.Contains(string(said), "--- PASS: TestTheAddedClient") {
		t.Errorf("%v: %s", err, said)
	}
}
