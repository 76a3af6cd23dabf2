package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/manifest"
)

// said runs the command and gives what it said on both outputs, and its status.
func said(t *testing.T, args ...string) (string, int) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, errs := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = write, write
	done := make(chan string)
	go func() {
		var text bytes.Buffer
		_, _ = text.ReadFrom(read)
		done <- text.String()
	}()
	status := execute(context.Background(), append([]string{"manifests"}, args...))
	os.Stdout, os.Stderr = out, errs
	_ = write.Close()
	text := <-done
	_ = read.Close()
	return text, status
}

func TestWriteAndCheckManifests(t *testing.T) {
	out := filepath.Join(t.TempDir(), "new", "folder")
	if text, status := said(t, "--topology", "mode-2", "--out", out); status != 0 || strings.Count(text, "wrote ") != 4 {
		t.Fatalf("status %d: %s", status, text)
	}
	for _, file := range []string{manifest.ComposeFile, manifest.OperatorFile, manifest.ChartFile} {
		text, status := said(t, "--read", filepath.Join(out, file))
		if status != 0 || !strings.Contains(text, "common.security.tlsMode               2\n") || !strings.Contains(text, "nothing is wrong with what was read") {
			t.Errorf("%s: status %d: %s", file, status, text)
		}
	}
	// What is there is not replaced without being told to.
	mine := filepath.Join(out, manifest.ChartFile)
	if err := os.WriteFile(mine, []byte("cluster: {enabled: false}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, status := said(t, "--read", mine); status != 0 || !strings.Contains(text, "it configures no TLS") {
		t.Errorf("status %d: %s", status, text)
	}
	text, status := said(t, "--topology", "mode-1", "--out", out)
	if status != statusUsage || !strings.Contains(text, "has README.md, compose.yaml, operator.yaml, values.yaml already") {
		t.Errorf("status %d: %s", status, text)
	}
	if left, err := os.ReadFile(mine); err != nil || string(left) != "cluster: {enabled: false}\n" {
		t.Errorf("values.yaml holds %q, %v", left, err)
	}
	if text, status := said(t, "--topology", "mode-1", "--out", out, "--force"); status != 0 || strings.Count(text, "replaced ") != 4 {
		t.Errorf("status %d: %s", status, text)
	}
}

func TestCheckManifestFinds(t *testing.T) {
	dir := t.TempDir()
	values, secret := filepath.Join(dir, "values.yaml"), filepath.Join(dir, "secret.yaml")
	if _, status := said(t, "--topology", "mode-1", "--out", dir); status != 0 {
		t.Fatal("nothing was written")
	}
	text := "kind: Secret\nmetadata: {name: certs}\ndata: {tls.crt: eA==, tls.key: eA==}\n"
	if err := os.WriteFile(secret, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, status := said(t, "--read", values, "--secret", secret)
	if status != statusUnexpected || !strings.Contains(got, "the secret certs has no key server.pem") || !strings.Contains(got, "2 finding(s)") {
		t.Errorf("status %d: %s", status, got)
	}
}

func TestManifestsBadInput(t *testing.T) {
	dir := t.TempDir()
	two := filepath.Join(dir, "two.yaml")
	if err := os.WriteFile(two, []byte("cluster: {}\n---\ncluster: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"nothing":            nil,
		"both":               {"--topology", "mode-1", "--read", two},
		"unknown topology":   {"--topology", "mode-9"},
		"no tag":             {"--topology", "mode-1", "--image", "milvus", "--out", filepath.Join(dir, "x")},
		"no such file":       {"--read", filepath.Join(dir, "none.yaml")},
		"a folder":           {"--read", dir},
		"never ends":         {"--read", "/dev/zero"},
		"two documents":      {"--read", two},
		"a secret that is 2": {"--read", two, "--secret", two},
		"an argument":        {"mode-1"},
	} {
		text, status := said(t, args...)
		if status != statusUsage || strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "milvus-tls-e2e: ") {
			t.Errorf("%s: status %d: %q", name, status, text)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
		t.Error("a folder was made for nothing")
	}
}
