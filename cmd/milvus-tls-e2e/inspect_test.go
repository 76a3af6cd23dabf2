package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/report"
)

// An owner has a deployment in mode 1, and a folder with its target file.
type owner struct{ dir, target, gone string }

// owned starts the deployment: a stand-in.
func owned(t *testing.T) owner {
	t.Helper()
	o := owner{dir: t.TempDir()}
	certs := pkitest.CertSet(t)
	files, err := certs.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d, p, err := standin.StartOne(t.Context(), certs, t.TempDir(), deploy.Spec{
		Server: harness.Server{ServerVersion: "v2.3.5"}, Topology: harness.Topology{Name: "mode-1", Mode: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	o.target = o.describe(t, fmt.Sprintf("addresses: {grpc: %q, rest: %q, management: none}\nmode: 1\nrate: 100\nname: localhost\ntrust: %s\n",
		d.Addr(harness.GRPC), d.Addr(harness.HTTP), files.Trust(harness.TrustCA)))
	// A port that was closed a moment ago may be another program's by now; one
	// below 1024 the system gives to nobody who asks for any.
	o.gone = o.describe(t, "addresses: {grpc: '127.0.0.1:1', management: none}\nmode: 0\n")
	return o
}

// describe writes a target file.
func (o owner) describe(t *testing.T, text string) string {
	t.Helper()
	f, err := os.CreateTemp(o.dir, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

// complained runs the binary's command and gives its exit status and what it wrote to
// standard error.
func complained(ctx context.Context, t *testing.T, args ...string) (int, string) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = write
	status := execute(ctx, args)
	os.Stderr = stderr
	write.Close()
	text, err := io.ReadAll(read)
	if err != nil {
		t.Fatal(err)
	}
	return status, string(text)
}

// The names that commands had work for one release, and say which they have now.
func TestOldNamesSayTheNewOnes(t *testing.T) {
	silent(t)
	for old, now := range map[string][]string{"check": {"inspect", "--example"}, "docs": {"page", "no such page"}} {
		_, text := complained(t.Context(), t, append([]string{old}, now[1:]...)...)
		if want := "milvus-tls-e2e: " + old + " is now called " + now[0]; !strings.HasPrefix(text, want) {
			t.Errorf("%s says %q, want %q", old, text, want)
		}
		if _, text := complained(t.Context(), t, now...); strings.Contains(text, "now called") {
			t.Errorf("%s says %q", now[0], text)
		}
	}
}

func TestCheckTellsByItsStatusWhatItFound(t *testing.T) {
	silent(t)
	o := owned(t)
	soon := o.describe(t, read(t, o.target)+"expires_within_days: 3650\n")
	for _, tt := range []struct {
		name    string
		args    []string
		want    int
		says    string   // on standard error
		metrics []string // none: no file
		left    bool     // the reports are there
	}{
		{"as expected", []string{o.target, "--only", "mode-1-server-only"}, 0, "", []string{`status{target="`, `} 0`, `claim="mode-1-server-only",standing="confirmed"`}, true},
		{"a finding", []string{soon, "--only", "certificate-lasts"}, statusUnexpected, "", []string{`} 1`, `claim="certificate-lasts",standing="refuted"`}, true},
		{"for cron", []string{soon, "--only", "certificate-lasts", "--quiet"}, statusUnexpected, "", []string{`} 1`}, true},
		{"a log that says nothing", []string{o.describe(t, read(t, o.target)+"log_command: [sleep, '60']\n"), "--only", "mode-1-server-only"}, 0, "the log names no client", []string{`} 0`}, true},
		{"no target", nil, statusUsage, "usage: milvus-tls-e2e inspect TARGET.yaml", nil, false},
		{"an unknown claim", []string{o.target, "--only", "mode-9"}, statusUsage, `there is no claim "mode-9"`, nil, false},
		{"an unknown key", []string{o.describe(t, "addresses: {grpc: 'localhost:1'}\nmodus: 1\n")}, statusUsage, ".yaml:2: unknown key modus", nil, false},
		{"a mode in words", []string{o.describe(t, "addresses: {grpc: 'localhost:1'}\nmode: two\n")}, statusUsage, ".yaml:2: what stands here is of the wrong kind", nil, false},
		{"no YAML", []string{o.describe(t, "addresses: [\n")}, statusUsage, "did not find", nil, false},
		{"no mode", []string{o.describe(t, "addresses: {grpc: 'localhost:1'}\n")}, statusUsage, "mode: ", nil, false},
		{"no file", []string{filepath.Join(o.dir, "none.yaml")}, statusUsage, "no such file", nil, false},
		{"nobody there", []string{o.gone}, statusUnjudged, "nothing listens at", []string{`status{target="`, `} 3`}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, prom := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "check.prom")
			status, text := complained(context.Background(), t, append([]string{"inspect", "--out", out, "--metrics", prom}, tt.args...)...)
			if status != tt.want || !strings.Contains(text, tt.says) || strings.Count(text, "\n") != min(1, len(tt.says)) {
				t.Errorf("status %d, want %d; it said %q, want one line with %q", status, tt.want, text, tt.says)
			}
			metrics, err := os.ReadFile(prom)
			if (err == nil) != (tt.metrics != nil) {
				t.Errorf("metrics: %v", err)
			}
			for _, want := range tt.metrics {
				if !strings.Contains(string(metrics), want) {
					t.Errorf("the metrics lack %s:\n%s", want, metrics)
				}
			}
			if got := entries(t, out); tt.left != slices.Contains(got, report.ResultsFile) || slices.Contains(got, report.LogsFolder) || !tt.left && len(got) > 0 {
				t.Errorf("left in %s: %v", filepath.Base(out), got)
			}
		})
	}
}

// Interrupted, a check leaves nothing that could be taken for a result.
func TestInterruptedCheckLeavesNoReport(t *testing.T) {
	silent(t)
	o := owned(t)
	slow := o.describe(t, strings.Replace(read(t, o.target), "rate: 100", "rate: 1", 1))
	ctx, cancel := context.WithCancel(t.Context())
	defer time.AfterFunc(300*time.Millisecond, cancel).Stop()
	out := filepath.Join(t.TempDir(), "out")
	if status, text := complained(ctx, t, "inspect", slow, "--out", out); status != statusUnjudged || text != "milvus-tls-e2e: interrupted\n" {
		t.Errorf("status %d, and it said %q", status, text)
	}
	if got := entries(t, out); len(got) > 0 {
		t.Errorf("left behind: %v", got)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// entries are those of a folder, which need not be there.
func entries(t *testing.T, dir string) (all []string) {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range found {
		all = append(all, e.Name())
	}
	return all
}
