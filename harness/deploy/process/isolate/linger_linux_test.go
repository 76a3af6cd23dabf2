package isolate_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestLinger(t *testing.T) {
	in(t, isolated(), func(t *testing.T, w way) {
		socket := filepath.Join(folder(t), "socket")
		l, err := net.Listen("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if err := os.Chmod(socket, 0o666); err != nil {
			t.Fatal(err)
		}
		p := began(t, w, "linger", socket)
		if err := l.(*net.UnixListener).SetDeadline(time.Now().Add(bound)); err != nil {
			t.Fatal(err)
		}
		child, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer child.Close()
		if got := p.status(t); got != 37 {
			t.Fatalf("who waits for the program gets status %d, want 37", got)
		}
		// Nobody holds the output: a shell's pipe ends when the run does.
		var inner int
		lost := false
		said := p.rest(t)
		if n, _ := fmt.Sscanf(said, "They run in the namespaces of process %d:", &inner); n != 1 {
			t.Fatalf("no process is named in %q", said)
		}
		if !strings.HasSuffix(said, fmt.Sprintf(" kill %d", inner)) {
			t.Errorf("how to end them is not told in %q", said)
		}
		if err := child.SetDeadline(time.Now().Add(bound)); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintln(child, "write"); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(child).ReadString('\n'); err != nil {
			t.Fatalf("what the program started does not linger: %v", err)
		} else if line != "written\n" {
			lost = true
		}
		if err := unix.Kill(inner, unix.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(child); err != nil || len(rest) > 0 {
			t.Errorf("after the end, what the program started said %q, %v", rest, err)
		}
		if lost {
			t.Error("what lingers loses /tmp/milvus, which outside removes as it returns")
		}
	})
}

func TestLingerInTheForeground(t *testing.T) {
	t.Parallel()
	p := began(t, plain, "stay")
	if line := p.line(t); line != "Ctrl-C ends them." {
		t.Fatalf("the program said %q", line)
	}
	if err := p.Process.Signal(unix.SIGINT); err != nil {
		t.Fatal(err)
	}
	if got := p.status(t); got != 38 {
		t.Errorf("status %d, want what the program returns after it lingered, 38", got)
	}
}
