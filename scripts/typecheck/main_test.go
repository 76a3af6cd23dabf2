package main

import (
	"os"
	"path/filepath"
	"testing"
)

// What is wrong on one platform alone is found there, in a package, its tests and what
// only they import.
func TestAPlatformsErrorsAreItsOwn(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"a file":          {"a_darwin.go": "package a\n\nvar x int = \"\"\n"},
		"a test":          {"a_darwin_test.go": "package a\n\nvar x = y\n"},
		"an outer test":   {"a_darwin_test.go": "package a_test\n\nvar x = y\n"},
		"a missing name":  {"b_linux.go": "package a\n\nvar y = 1\n", "b.go": "package a\n\nvar x = y\n"},
		"what it imports": {"b/b_darwin.go": "package b\n\nvar x int = \"\"\n", "b/b.go": "package b\n", "b.go": "package a\n\nimport _ \"m/b\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			files["go.mod"], files["a.go"] = "module m\n\ngo 1.26\n", "package a\n"
			for file, text := range files {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if errs, err := check(dir, "linux/amd64", "."); len(errs) > 0 || err != nil {
				t.Errorf("linux: %v, %v", errs, err)
			}
			if errs, err := check(dir, "darwin/arm64", "."); len(errs) == 0 || err != nil {
				t.Errorf("darwin: %v, %v; want what is wrong", errs, err)
			}
		})
	}
	if errs, err := check(t.TempDir(), "linux/amd64", "./..."); len(errs) == 0 && err == nil {
		t.Error("a folder without a package has nothing wrong")
	}
}
