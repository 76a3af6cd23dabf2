package atomicfile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/atomicfile"
)

func TestAWriteThatFailsChangesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "results.json")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("out of ideas")
	err := atomicfile.Write(path, func(w io.Writer) error {
		// Enough for half of it to be on the disk, whatever buffers there are.
		if _, err := io.WriteString(w, strings.Repeat("half ", 1<<16)); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), path) {
		t.Errorf("error: got %v, want one about %s that wraps %q", err, path, broken)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "before" {
		t.Errorf("the file that was there: got %.20q (%v)", data, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("files: got %v (%v), want one", left, err)
	}
}
