package isolate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// seeing runs a script with mounts of its own, and then without them.
func seeing(kind isolate.Kind, told, script string) int {
	var mounts []isolate.Mount
	if json.Unmarshal([]byte(told), &mounts) != nil {
		return 1
	}
	for _, mine := range [][]isolate.Mount{mounts, nil} {
		cmd, _, err := isolate.Mounted(kind, mine, isolate.Environment(), "sh", "-c", script)
		if err != nil {
			fmt.Println(err)
			return 1
		}
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stdout
		err = cmd.Run()
		fmt.Println("status", isolate.Status(cmd, err))
	}
	return 0
}

// folderForAll makes a folder that every user may look into, with a file.
func folderForAll(t *testing.T, file, text string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "view-test-*") //nolint:usetesting // which nobody else may look into
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if os.Chmod(dir, 0o755) != nil || os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644) != nil {
		t.Fatal("cannot write the folder")
	}
	return dir
}

// One server has folders at paths that the machine does not have, in a folder
// that it has, and a file among the machine's own; the next server does not.
func TestMountedServersSeeTheirOwn(t *testing.T) {
	dir := folderForAll(t, "server.pem", "certificate")
	t.Cleanup(func() {
		for _, path := range []string{"/view-test-certs", "/etc/view-test", "/etc/view-test.pem"} {
			if _, err := os.Lstat(path); err == nil {
				t.Errorf("%s is left on the machine", path)
			}
		}
	})
	in(t, isolated(), func(t *testing.T, w way) {
		told, err := json.Marshal([]isolate.Mount{
			{From: dir, At: "/view-test-certs"}, {From: dir, At: "/etc/view-test/certs"},
			{From: filepath.Join(dir, "server.pem"), At: "/etc/view-test.pem"},
		})
		if err != nil {
			t.Fatal(err)
		}
		script := `cat /view-test-certs/server.pem /etc/view-test/certs/server.pem /etc/view-test.pem 2>/dev/null
			echo; test -s /etc/passwd && test -r /proc/self/stat && test -d /tmp/milvus && pwd; ls $TMPDIR/.root-* 2>/dev/null; exit 3`
		p := startWith(t, w, []string{"TMPDIR=" + folderFor(t, w)}, "see", string(told), script)
		want := "certificatecertificatecertificate\n/\nstatus 3\n\n/\nstatus 3"
		if got := p.rest(t); got != want {
			t.Errorf("the servers saw %q, want %q", got, want)
		}
	})
}

// folderFor makes a folder that is the program's own.
func folderFor(t *testing.T, w way) string {
	t.Helper()
	dir := folderForAll(t, "mine", "")
	if w.user != nil && os.Chown(dir, int(w.user.Uid), int(w.user.Gid)) != nil {
		t.Skip("this machine lets nobody give a folder away")
	}
	return dir
}

func TestMountsThatCannotBe(t *testing.T) {
	for name, mounts := range map[string][]isolate.Mount{
		"it is no clean absolute path":  {{From: "/tmp", At: "certs"}},
		"it is no clean absolute path ": {{From: "/tmp", At: "/certs/"}},
		"it lies in the mount at /a":    {{From: "/tmp", At: "/a"}, {From: "/tmp", At: "/a/b"}},
	} {
		_, _, err := isolate.Mounted(isolate.AsRoot, mounts, nil, "true")
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(name)) {
			t.Errorf("%v: %v, want %q", mounts, err, name)
		}
	}
	if _, _, err := isolate.Mounted(isolate.None, []isolate.Mount{{From: "/tmp", At: "/a"}}, nil, "true"); err == nil {
		t.Error("a mount without namespaces is no error")
	}
}

// A server whose view cannot be made does not run without it.
func TestMountOfNothing(t *testing.T) {
	in(t, isolated(), func(t *testing.T, w way) {
		told := `[{"From": "/there/is/no/such", "At": "/view-test-certs"}]`
		p := startWith(t, w, []string{"TMPDIR=" + folderFor(t, w)}, "see", told, "echo ran")
		got := p.rest(t)
		if first, _, _ := strings.Cut(got, "status 125\n"); strings.Contains(first, "ran") || !strings.Contains(first, "no such file") {
			t.Errorf("the server said %q", got)
		}
	})
}
