//go:build mutants && !e2e

package suites

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/suites/claims"
)

// TestKillTable prints which faults break which claims, with what survives first: a
// claim that a fault must break and did not, and a claim that no fault breaks.
func TestKillTable(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	killers, survivors, n := map[string][]string{}, []string{}, 0
	t.Run("faults", func(t *testing.T) {
		for _, f := range everyFaulty(pkitest.CertSet(t)) {
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				refuted := by(f.judged(t), harness.Refuted)
				mu.Lock()
				defer mu.Unlock()
				n++
				for _, claim := range f.refutes {
					if refuted[claim] == "" {
						survivors = append(survivors, f.name+" survives "+claim)
					} else {
						killers[claim] = append(killers[claim], f.name)
					}
				}
			})
		}
	})
	for _, c := range claims.All() {
		if len(killers[c.ID]) == 0 && denied[c.ID] == "" {
			survivors = append(survivors, "no fault breaks "+c.ID)
		}
	}
	slices.Sort(survivors)
	fmt.Printf("%d faults, %d claims, %d survivors\n", n, len(killers), len(survivors))
	for _, s := range survivors {
		fmt.Println("SURVIVOR", s)
		t.Error(s)
	}
	for _, claim := range slices.Sorted(maps.Keys(killers)) {
		slices.Sort(killers[claim])
		fmt.Printf("%-32s %2d  %s\n", claim, len(killers[claim]), strings.Join(killers[claim], ", "))
	}
}

// TestMutationsAreNoticed breaks the harness, one line at a time, and wants the tests of
// the package that is meant to notice to fail. It builds each beside the files that are
// there, which stay as they are.
func TestMutationsAreNoticed(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir, turn := t.TempDir(), make(chan struct{}, 2) // each builds with every core
	var mu sync.Mutex
	noticed := map[string]string{}
	t.Run("each", func(t *testing.T) {
		for i, m := range mutations {
			t.Run(m.name, func(t *testing.T) {
				t.Parallel()
				turn <- struct{}{}
				defer func() { <-turn }()
				_, wrong, _, err := m.text()
				if err != nil {
					t.Fatal(err)
				}
				file, overlay := filepath.Join(dir, fmt.Sprintf("%d.go", i)), filepath.Join(dir, fmt.Sprintf("%d.json", i))
				replace, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, m.file): file}})
				if err != nil {
					t.Fatal(err)
				}
				for name, text := range map[string][]byte{file: []byte(wrong), overlay: replace} {
					if err := os.WriteFile(name, text, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				args := []string{"test", "-overlay", overlay, "-vet=off", "-failfast", "-timeout", "1m"}
				if m.run != "" {
					args = append(args, "-run", m.run)
				}
				cmd := exec.CommandContext(t.Context(), "go", append(args, m.tests)...)
				cmd.Dir = root
				said, err := cmd.CombinedOutput()
				mu.Lock()
				defer mu.Unlock()
				switch {
				case strings.Contains(string(said), "[build failed]"):
					t.Errorf("it does not build:\n%s", said)
				case err == nil:
					noticed[m.name] = "SURVIVOR"
					t.Errorf("%s does not notice it", m.tests)
				default:
					noticed[m.name] = m.tests
				}
			})
		}
	})
	fmt.Printf("%d mutations of the harness, noticed by:\n", len(mutations))
	for _, name := range slices.Sorted(maps.Keys(noticed)) {
		fmt.Printf("%-68s %s\n", name, noticed[name])
	}
}
