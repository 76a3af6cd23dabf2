package process

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestBackendsWithoutTheirModule(t *testing.T) {
	t.Parallel()
	c := Cache{Dir: t.TempDir(), Log: io.Discard}
	_, err := c.Backends(within(t), filepath.Join(t.TempDir(), "fixtures", "servers"), true)
	wantError(t, err, "fixtures/servers/go.mod", "no such file", "run from the project's folder")
	empty(t, c.Dir)
}

// module writes a module that builds etcd from one file.
func module(t *testing.T, etcd string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{"go.mod": "module servers\n\ngo 1.26.0\n", "go.sum": "", "etcd/main.go": etcd})
	return dir
}

func TestBackendsThatDoNotBuild(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go on PATH")
	}
	t.Setenv("GOPROXY", "off")
	c := Cache{Dir: t.TempDir(), Log: io.Discard}
	// Broken so early that the compiler need not build its own library first.
	_, err := c.Backends(within(t), module(t, "package main\n\nimport \"open\n"), false)
	wantError(t, err, "build etcd: ", "etcd/main.go:3:8: string literal not terminated")
	if got := files(t, c.Dir); len(got) > 0 {
		t.Errorf("%q are left in the cache", got)
	}
	if got, _ := filepath.Glob(filepath.Join(c.Dir, "backends", "*", "*")); len(got) > 0 {
		t.Errorf("%q are left in the cache", got)
	}
}

func TestTheLineOfACompileError(t *testing.T) {
	dir := t.TempDir()
	program(t, dir, "go", `echo "# servers/etcd
etcd/main.go:3:15: undefined: x
etcd/main.go:4:1: undefined: y
etcd/main.go:4:1: too many errors" >&2
exit 1`)
	t.Setenv("PATH", dir)
	_, err := Cache{Dir: t.TempDir(), Log: io.Discard}.Backends(within(t), module(t, ""), false)
	wantError(t, err, "build etcd: etcd/main.go:3:15: undefined: x")
}

func TestBackendsWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	c := Cache{Dir: t.TempDir(), Log: io.Discard}
	_, err := c.Backends(within(t), module(t, "package main\n"), false)
	wantError(t, err, "build etcd: ", `"go": executable file not found`)
}

// A fake go builds a script of whatever it is asked for, and fails where there
// is the file it is told of.
func fakeGo(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	program(t, dir, "go", `PATH=/usr/bin:/bin
[ "$1 $2 $3" = "build -trimpath -o" ] || exit 3
[ "$CGO_ENABLED" = 0 ] || exit 4
echo "$5" >"$4"`)
	t.Setenv("PATH", dir)
}

func TestBackendsAreBuiltOnce(t *testing.T) {
	fakeGo(t)
	c := Cache{Dir: t.TempDir(), Log: io.Discard}
	source := module(t, "package main\n")
	dir, err := c.Backends(within(t), source, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); len(got) != 1 || got[0] != "etcd/etcd" {
		t.Errorf("without an object store, built %q", got)
	}
	if both, err := c.Backends(within(t), source, true); err != nil || both != dir {
		t.Errorf("%q, %v, want %q", both, err, dir)
	}
	for name, want := range map[string]string{"etcd/etcd": "./etcd\n", "minio/minio": "github.com/minio/minio\n"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != want {
			t.Errorf("%s is built from %q, %v", name, text, err)
		}
	}
	t.Setenv("PATH", t.TempDir()) // no go: what is built stays
	if again, err := c.Backends(within(t), source, true); err != nil || again != dir {
		t.Errorf("again: %q, %v", again, err)
	}
	write(t, source, map[string]string{"go.sum": "another pin"})
	_, err = c.Backends(within(t), source, false)
	wantError(t, err, "build etcd")
}
