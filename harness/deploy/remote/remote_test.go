package remote

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

func TestNothingIsStartedAndNothingStopped(t *testing.T) {
	p := New(map[harness.Port]string{harness.GRPC: "milvus.example:19530"}, NoLog{})
	d, err := p.Deploy(t.Context(), deploy.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Addr(harness.GRPC) != "milvus.example:19530" || d.Addr(harness.HTTP) != "" || d.Stop() != nil || p.Close() != nil {
		t.Errorf("%+v", d)
	}
	if _, err := p.Deploy(t.Context(), deploy.Spec{Change: harness.ConfigChange{Defect: harness.Relative}}); err == nil {
		t.Error("it was started with a change")
	}
}

func add(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func since(t *testing.T, l Log, offset int64) (string, int64) {
	t.Helper()
	text, end, err := l.Since(offset)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), end
}

// What was logged before is somebody's, and none of our business.
func TestFileIsFollowedFromItsEndAndThroughARotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "milvus.log")
	add(t, path, "from before\n")
	l, err := File(path)
	if err != nil {
		t.Fatal(err)
	}
	if text, end := since(t, l, 0); text != "" || end != 0 {
		t.Errorf("%q up to %d", text, end)
	}
	add(t, path, "one\n")
	_, end := since(t, l, -1)
	add(t, path, "two\n")
	if text, _ := since(t, l, end); text != "two\n" {
		t.Errorf("after %d: %q", end, text)
	}
	if text, _ := since(t, l, 0); text != "one\ntwo\n" {
		t.Errorf("from the start: %q", text)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, end = since(t, l, end)
	add(t, path, "new\n")
	if text, _ := since(t, l, end); text != "new\n" {
		t.Errorf("after the rotation: %q", text)
	}
}

func TestCommandIsFollowedAndEnded(t *testing.T) {
	l, err := Command("sh", "-c", "echo $$; exec sleep 600")
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(nil, l).Deploy(t.Context(), deploy.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	pid, err := deploy.AwaitLog(t.Context(), d, 0, func(text []byte) string { return strings.TrimSpace(string(text)) }, 10*time.Second)
	if err != nil || pid == "" {
		t.Fatalf("%q, %v", pid, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/" + pid); err == nil {
		t.Errorf("process %s outlived its follower", pid)
	}
}

func TestLogsThatCannotBeFollowed(t *testing.T) {
	if _, err := File(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there is followed")
	}
	for _, argv := range [][]string{nil, {"no-such-command-here"}} {
		if _, err := Command(argv...); err == nil {
			t.Errorf("%q is followed", argv)
		}
	}
}
