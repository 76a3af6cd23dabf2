package process

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestBuiltWith(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if got, _, _ := strings.Cut(strings.TrimPrefix(runtime.Version(), "go"), " "); builtWith(self) != got {
		t.Errorf("this test says that it was built with %q, and was with %s", builtWith(self), got)
	}
	script := program(t, t.TempDir(), "milvus", "exit 0")
	if got := builtWith(script) + builtWith(filepath.Join(t.TempDir(), "away")); got != "" {
		t.Errorf("what Go did not build was built with %q", got)
	}
}
