package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/deploy/process"
)

// A program that cannot be meant is named in one line, by the variable that names
// it, before anything is downloaded.
func TestProgramsThatCannotBeMeant(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cache := process.Cache{Dir: t.TempDir()}
	for says, s := range map[string]settings{
		"FROM_BIN=/nowhere: there is no such file":   {from: own{variable: "FROM_BIN", bin: "/nowhere"}},
		"MILVUS_BIN=/nowhere: there is no such file": {bin: "/nowhere"},
		"FROM_BIN=/: it is a folder":                 {from: own{variable: "FROM_BIN", bin: "/"}},
		"it is not executable (chmod +x it)":         {from: own{variable: "FROM_BIN", bin: plain}},
		"FROM_LIB=/nowhere is no folder":             {from: own{variable: "FROM_BIN", bin: "/bin/sh", lib: "/nowhere"}},
		"MILVUS_CONFIGS=/bin/sh is no folder":        {bin: "/bin/sh", configs: "/bin/sh"},
		"FROM_BIN=/none: there is no such file":      {from: own{variable: "FROM_BIN", bin: "/none"}, bin: "/nowhere"},
		"FROM_CONFIGS=" + plain + " is no folder":    {from: own{variable: "FROM_BIN", bin: "/bin/sh", configs: plain}},
	} {
		_, err := findServers(context.Background(), cache, s, nil)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one line that says %q", err, says)
		}
	}
}
