package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/providers"
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

// Each test and each file that CONTRIBUTING names is there.
func TestContributingNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	const root = "../.."
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, f := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllSubmatch(source, -1) {
			declared[string(f[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, quoted := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(string(text), -1) {
		name := quoted[1]
		switch {
		case regexp.MustCompile(`^(Test|Fuzz)[A-Z]\w*$`).MatchString(name):
			named++
			if !declared[name] {
				t.Errorf("there is no test %s", name)
			}
		case regexp.MustCompile(`^(harness|suites|fixtures|cmd|check|docs)/[a-z0-9_./-]+$`).MatchString(name):
			named++
			if _, err := os.Stat(filepath.Join(root, name)); err != nil {
				t.Errorf("there is no %s", name)
			}
		}
	}
	if named < 50 {
		t.Errorf("only %d names were found", named)
	}
}

// The help names every client and every provider.
func TestHelpNamesClientsAndProviders(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "bash", "scripts/help.sh", "Makefile")
	cmd.Dir = "../.."
	help, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range providers.All {
		if !regexp.MustCompile(`PROVIDER= .*\b` + p.Name + `\b`).Match(help) {
			t.Errorf("PROVIDER= does not name %s", p.Name)
		}
	}
	for _, c := range harness.Clients {
		if !regexp.MustCompile(`CLIENTS= .*\b` + string(c) + `\b`).Match(help) {
			t.Errorf("CLIENTS= does not name %s", c)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
