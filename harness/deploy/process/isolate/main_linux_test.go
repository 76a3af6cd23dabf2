package isolate_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// This test binary is also the program that the tests isolate:
//
//	isolate.test helper isolated|plain <what to do> [<socket>]
func TestMain(m *testing.M) {
	helper := len(os.Args) > 3 && os.Args[1] == "helper"
	if !helper && !isolate.HasRole() {
		os.Exit(runTests(m))
	}
	// Nothing that a test starts outlives it for long, whatever went wrong.
	time.AfterFunc(6*bound, func() { unix.Exit(99) })
	// Without the second that the race detector sleeps in os.Exit.
	unix.Exit(isolate.Main(helper && os.Args[2] == "isolated", do))
}

// self is this test binary, for every user to run.
var self string

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "isolate-test-*")
	if err == nil {
		defer os.RemoveAll(dir)
		err = os.Chmod(dir, 0o755)
	}
	var program []byte
	if err == nil {
		self, err = os.Executable()
	}
	if err == nil {
		program, err = os.ReadFile(self)
	}
	if err == nil {
		self = filepath.Join(dir, "isolate.test")
		err = os.WriteFile(self, program, 0o755)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "copy the test binary: %v\n", err)
		return 1
	}
	return m.Run()
}

// do is what the program does once it is isolated.
func do(kind isolate.Kind) int {
	in, err := unix.Dup(0) // Linger makes another file of 0
	if err != nil {
		return 1
	}
	go func() { // the test closes our input when it is over
		_, _ = io.Copy(io.Discard, os.NewFile(uintptr(in), "input"))
		unix.Exit(98)
	}()
	switch os.Args[3] {
	case "report":
		return tell(kind)
	case "status":
		return 37
	case "signals":
		return awaitSignals()
	case "write":
		if kind == isolate.None {
			return 1
		}
		return write()
	case "hold":
		return hold(kind)
	case "linger":
		return linger(kind, os.Args[4])
	case "stay":
		isolate.Linger(37)
		return 38
	case "probe":
		found, err := isolate.Probe()
		fmt.Printf("%s, %t\n", found, err == nil)
		return 0
	case "allowed":
		return allowed()
	case "mount":
		return mount()
	case "see":
		return seeing(kind, os.Args[4], os.Args[5])
	case "forbid":
		return forbid()
	}
	return 97
}
