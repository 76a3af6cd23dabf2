package process

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/deploy"
)

// A program that cannot be meant is named in one line, by the variable that names
// it, before anything is downloaded.
func TestProgramsThatCannotBeMeant(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cache := Cache{Dir: t.TempDir()}
	for says, r := range map[string]deploy.Request{
		"FROM_BIN=/nowhere: there is no such file":   {Before: &deploy.Program{Variable: "FROM_BIN", Bin: "/nowhere"}},
		"MILVUS_BIN=/nowhere: there is no such file": {After: &deploy.Program{Variable: "MILVUS_BIN", Bin: "/nowhere"}},
		"FROM_BIN=/: it is a folder":                 {Before: &deploy.Program{Variable: "FROM_BIN", Bin: "/"}},
		"it is not executable (chmod +x it)":         {Before: &deploy.Program{Variable: "FROM_BIN", Bin: plain}},
		"FROM_LIB=/nowhere is no folder":             {Before: &deploy.Program{Variable: "FROM_BIN", Bin: "/bin/sh", Lib: "/nowhere"}},
		"MILVUS_CONFIGS=/bin/sh is no folder":        {After: &deploy.Program{Variable: "MILVUS_BIN", Bin: "/bin/sh", Configs: "/bin/sh"}},
		"FROM_BIN=/none: there is no such file":      {Before: &deploy.Program{Variable: "FROM_BIN", Bin: "/none"}, After: &deploy.Program{Variable: "MILVUS_BIN", Bin: "/nowhere"}},
		"FROM_CONFIGS=" + plain + " is no folder":    {Before: &deploy.Program{Variable: "FROM_BIN", Bin: "/bin/sh", Configs: plain}},
	} {
		_, err := cache.Find(t.Context(), r)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one line that says %q", err, says)
		}
	}
}
