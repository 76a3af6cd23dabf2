package process

import (
	"os"
	"testing"
)

// A binary without the engine is known by what it is linked with; this test's
// own is one.
func TestHasVectorEngine(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for binary, want := range map[string]bool{self: false, program(t, t.TempDir(), "milvus", "exit 0"): true} {
		if has, err := HasVectorEngine(binary); err != nil || has != want {
			t.Errorf("%s: %t, %v", binary, has, err)
		}
	}
	if _, err := HasVectorEngine(t.TempDir() + "/none"); err == nil {
		t.Error("what is not there was read")
	}
}
