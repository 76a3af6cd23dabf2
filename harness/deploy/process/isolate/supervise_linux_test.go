package isolate_test

import (
	"bufio"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// Both ways in which Command starts a server: by itself, and supervised.
var commands = map[string]isolate.Kind{"by itself": isolate.AsRoot, "supervised": isolate.None}

// A served command is one that Command made, with its output.
type served struct {
	*exec.Cmd
	kill func()
	out  *bufio.Reader
}

func serve(t *testing.T, kind isolate.Kind, env []string, name string, args ...string) served {
	t.Helper()
	cmd, kill, err := isolate.Command(kind, env, name, args...)
	if err != nil {
		t.Fatal(err)
	}
	read, write := pipe(t)
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kill)
	_ = write.Close()
	if err := read.SetReadDeadline(time.Now().Add(bound)); err != nil {
		t.Fatal(err)
	}
	return served{cmd, kill, bufio.NewReader(read)}
}

// end waits until nobody holds the output any more, and gives it with the
// status.
func (s served) end(t *testing.T) (string, int) {
	t.Helper()
	text, err := io.ReadAll(s.out)
	if err != nil {
		t.Fatalf("something of the server is still there, after %q: %v", text, err)
	}
	return string(text), isolate.Status(s.Cmd, s.Wait())
}

func TestStatusOfACommand(t *testing.T) {
	for name, kind := range commands {
		for script, want := range map[string]int{"exit 0": 0, "exit 3": 3, "kill -TERM $$": 128 + 15, "kill -KILL $$": 128 + 9} {
			t.Run(name+" "+script, func(t *testing.T) {
				t.Parallel()
				if _, got := serve(t, kind, isolate.Environment(), "sh", "-c", script).end(t); got != want {
					t.Errorf("status %d, want %d", got, want)
				}
			})
		}
	}
}

func TestACommandEndsWithItsChildren(t *testing.T) {
	for name, kind := range commands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, kind, isolate.Environment(), "sh", "-c", "sleep 60 & echo up; wait")
			if line, err := s.out.ReadString('\n'); err != nil || line != "up\n" {
				t.Fatalf("the server said %q, %v", line, err)
			}
			s.kill()
			if said, status := s.end(t); said != "" || status != 128+9 {
				t.Errorf("the server said %q and ended with status %d", said, status)
			}
			s.kill()
		})
	}
}

// A server that ends by itself takes along what it started.
func TestASupervisedCommandLeavesNoChildren(t *testing.T) {
	t.Parallel()
	s := serve(t, isolate.None, isolate.Environment(), "sh", "-c", "sleep 60 & exit 3")
	if _, status := s.end(t); status != 3 {
		t.Errorf("status %d, want 3", status)
	}
}

func TestEnvironmentOfACommand(t *testing.T) {
	t.Setenv("MILVUS_X", "1")
	for name, kind := range commands {
		said, _ := serve(t, kind, []string{"PATH=/usr/bin:/bin", "A=1"}, "cat", "/proc/self/environ").end(t)
		got := strings.Split(strings.TrimSuffix(said, "\x00"), "\x00")
		if slices.Sort(got); !slices.Equal(got, []string{"A=1", "PATH=/usr/bin:/bin"}) {
			t.Errorf("%s: the server sees %q", name, got)
		}
	}
}

// A Ctrl-C goes to the terminal's process group: the servers are in others.
func TestCtrlCDoesNotReachACommand(t *testing.T) {
	for name, kind := range commands {
		s := serve(t, kind, isolate.Environment(), "sh", "-c", "echo up; exec sleep 60")
		if _, err := s.out.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if group, err := unix.Getpgid(s.Process.Pid); err != nil || group == unix.Getpgrp() {
			t.Errorf("%s: process group %d, %v", name, group, err)
		}
		s.kill()
		s.end(t)
	}
}

func TestACommandThatIsNoProgram(t *testing.T) {
	said, status := serve(t, isolate.None, isolate.Environment(), "/does/not/exist").end(t)
	if status != 127 || !strings.HasPrefix(said, "start /does/not/exist: ") || strings.Count(said, "\n") != 1 {
		t.Errorf("status %d and %q", status, said)
	}
}

func TestEndOfACommandThatNeverStarted(t *testing.T) {
	cmd, kill, err := isolate.Command(isolate.AsRoot, nil, "/does/not/exist")
	if err != nil || cmd.Start() == nil {
		t.Fatal(err)
	}
	kill()
}
