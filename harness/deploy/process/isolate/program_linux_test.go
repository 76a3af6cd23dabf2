package isolate_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bound is how long anything here may take; it takes milliseconds, and a busy
// machine some seconds. What is left behind lives for a minute.
const bound = 30 * time.Second

// A way is one in which a program runs: by itself or isolated, as us or as
// another user.
type way struct {
	name     string
	isolated bool
	user     *syscall.Credential
}

var plain = way{name: "plain"}

// isolated are the ways of a program that wants namespaces.
func isolated() []way {
	all := []way{{name: "isolated", isolated: true}}
	if os.Getuid() == 0 {
		all = append(all, way{"isolated as an ordinary user", true, &syscall.Credential{Uid: 65534, Gid: 65534}})
	}
	return all
}

// in runs a test in several ways, and skips those that this machine forbids.
func in(t *testing.T, ways []way, each func(t *testing.T, w way)) {
	t.Helper()
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			if w.isolated {
				needNamespaces(t, w)
			}
			each(t, w)
		})
	}
}

func everyWay(t *testing.T, each func(t *testing.T, w way)) {
	t.Helper()
	in(t, append(isolated(), plain), each)
}

func needNamespaces(t *testing.T, w way) {
	t.Helper()
	p := began(t, way{user: w.user}, "allowed")
	if said := p.rest(t); p.status(t) != 0 {
		t.Skipf("this machine allows no namespaces: %s", said)
	}
}

// A program is this test binary, running as a program that uses the package.
type program struct {
	*exec.Cmd
	out   *os.File // ends when nobody holds the program's output any more
	said  *bufio.Reader
	ended chan struct{}
}

// began starts the program until the end of the test.
func began(t *testing.T, w way, args ...string) *program {
	t.Helper()
	return startWith(t, w, nil, args...)
}

func startWith(t *testing.T, w way, env []string, args ...string) *program {
	t.Helper()
	in, holdIn := pipe(t)
	out, write := pipe(t)
	cmd := exec.Command(self, append([]string{"helper", map[bool]string{true: "isolated", false: "plain"}[w.isolated]}, args...)...)
	cmd.Dir, cmd.Env = "/", append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, write, write
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: w.user}
	if args[0] == "forbid" {
		asRootOfItsOwn(cmd.SysProcAttr)
	}
	if err := cmd.Start(); err != nil && w.user != nil {
		t.Skipf("this machine lets nobody become user %d: %v", w.user.Uid, err)
	} else if err != nil {
		t.Fatal(err)
	}
	_, _ = in.Close(), write.Close()
	if err := out.SetReadDeadline(time.Now().Add(bound)); err != nil {
		t.Fatal(err)
	}
	p := &program{Cmd: cmd, out: out, said: bufio.NewReader(out), ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = holdIn.Close()
		_ = cmd.Process.Kill()
		p.status(t)
	})
	return p
}

func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = read.Close(), write.Close() })
	return read, write
}

// line returns the next line that the program says.
func (p *program) line(t *testing.T) string {
	t.Helper()
	line, err := p.said.ReadString('\n')
	if err != nil {
		t.Fatalf("the program said %q: %v", line, err)
	}
	return strings.TrimSpace(line)
}

// rest returns what the program says until nobody holds its output any more: it
// has ended, and so has all that it started.
func (p *program) rest(t *testing.T) string {
	t.Helper()
	text, err := io.ReadAll(p.said)
	if err != nil {
		t.Fatalf("something of the program is still there, after %q: %v", text, err)
	}
	return strings.TrimSpace(string(text))
}

// status waits until the program has ended.
func (p *program) status(t *testing.T) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.ProcessState.ExitCode()
	case <-time.After(bound):
		t.Fatalf("process %d did not end within %s", p.Process.Pid, bound)
		return 0
	}
}

// folder makes a folder that other users may enter.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
