package wire

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// This test binary is also a program that runs as a run does, in namespaces of its
// own where the system allows them, and captures there.
func TestMain(m *testing.M) {
	program := len(os.Args) == 2 && os.Args[1] == "capture"
	if !program && !isolate.HasRole() {
		os.Exit(m.Run())
	}
	time.AfterFunc(ample, func() { os.Exit(99) })
	os.Exit(isolate.Main(true, captureOwn))
}

// captureOwn captures a conversation with itself and prints what it saw.
func captureOwn(kind isolate.Kind) int {
	fmt.Println(kind)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			_, _ = io.Copy(c, c)
			_ = c.Close()
		}
	}()
	s, err := Sniff(context.Background(), "lo", map[string][]uint16{"internal": {uint16(l.Addr().(*net.TCPAddr).Port)}}, Options{Canary: []byte("canary")})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer s.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		fmt.Println(err)
		return 1
	}
	_, _ = io.WriteString(c, preface+"canary")
	_, _ = io.ReadFull(c, make([]byte, len(preface)+6))
	_ = c.Close()
	for _, t := range s.Transcripts("internal") {
		fmt.Println(t.Kind, t.CanarySeen(), s.Lost())
	}
	return 0
}

func TestCaptureInTheNamespacesOfARun(t *testing.T) {
	t.Parallel()
	users := map[string]*syscall.Credential{"as we are": nil}
	if os.Getuid() == 0 {
		users["as an ordinary user"] = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	program := forEverybody(t)
	for name, user := range users {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(program, "capture")
			cmd.Dir = "/"
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: user}
			said, err := cmd.CombinedOutput()
			kind, seen, _ := strings.Cut(string(said), "\n")
			if isolate.Kind(kind) == isolate.None {
				t.Skipf("this machine allows no namespaces: %s", said)
			}
			if err != nil || seen != "http2 2 0\n" {
				t.Errorf("%v, it said %q", err, said)
			}
		})
	}
}

// forEverybody returns a copy of this binary that every user may run.
func forEverybody(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "wire-test-*") //nolint:usetesting // which nobody else may look into
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(dir, "wire.test")
	if os.Chmod(dir, 0o755) != nil || os.WriteFile(at, program, 0o755) != nil {
		t.Fatal("cannot copy the test binary")
	}
	return at
}
