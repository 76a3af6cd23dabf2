package harness_test

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Imports point one way. What looks at a server knows nothing of what is expected of it, and
// what judges connects to nothing.
func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	const module = "milvus-tls-e2e/"
	// What go list reads, the test reads as seen by go test: it is not cached past a change.
	if err := filepath.WalkDir(".", func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
		t.Fatal(err)
	}
	for _, rule := range []struct {
		from  []string
		never []string // no package below these, by whatever way
	}{
		{[]string{"harness"}, []string{"harness/", "suites", "check", "fixtures"}},
		{[]string{"harness/probe", "harness/wire", "harness/traffic", "harness/dataset", "harness/pki", "harness/milvus", "harness/deploy/..."},
			[]string{"harness/checks", "harness/plan", "harness/results", "harness/run", "harness/report", "suites", "check"}},
		{[]string{"harness/checks/..."},
			[]string{"harness/probe", "harness/wire", "harness/deploy", "harness/run", "harness/report", "harness/page", "suites", "check"}},
		{[]string{"harness/plan", "harness/results"}, []string{"harness/probe", "harness/wire", "harness/deploy", "harness/run", "suites", "check"}},
		{[]string{"harness/run"}, []string{"harness/report", "suites", "check"}},
	} {
		for _, from := range rule.from {
			list := exec.CommandContext(t.Context(), "go", "list", "-deps", module+from)
			deps, err := list.Output()
			if err != nil {
				t.Fatalf("go list %s: %v", from, err)
			}
			for dep := range strings.FieldsSeq(string(deps)) {
				for _, never := range rule.never {
					if below, found := strings.CutPrefix(dep, module+never); found && (below == "" || strings.HasSuffix(never, "/") || below[0] == '/') {
						t.Errorf("%s imports %s", from, dep)
					}
				}
			}
		}
	}
}
