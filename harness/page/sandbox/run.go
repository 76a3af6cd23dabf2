package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

const noFollow = unix.O_NOFOLLOW

// A Command is something to run in a box.
type Command struct {
	Args  []string
	In    string            // the folder it starts in, as commands see it; zero is Root
	Bound time.Duration     // after which it is ended; zero is DefaultBound
	Env   []string          // more variables, as NAME=value
	Sees  []Bind            // more folders that it sees
	Bash  bool              // the commands are bash's
	Aside map[string]string // additional files, in the folder that the variable ASIDE names
}

// DefaultBound is how long a block may take.
const DefaultBound = 2 * time.Minute

// A Done is how a command ended.
type Done struct {
	Status  int           // its exit status; 128 plus the signal's number where a signal ended it
	Ended   string        // why the harness ended it; empty where it exited by itself
	Output  string        // what it printed on both outputs: its beginning and its end
	In      string        // the folder that it ended in, as commands see it
	Moved   string        // why the folder is Root and not where it ended; empty where it is
	Took    time.Duration // from its start to its end
	Started bool          // false where nothing was run at all
}

// Shell runs commands as they are printed: sh -e reads them, or bash -e where the
// command asks for it and the machine has one, as if typed into a terminal that
// stops at the first failure.
func (b *Box) Shell(ctx context.Context, text string, c Command) (Done, error) {
	if err := b.save("block.sh", text, c.Aside); err != nil {
		return Done{}, err
	}
	shell := "sh"
	if _, err := exec.LookPath("bash"); c.Bash && err == nil {
		shell = "bash"
	}
	c.Args = []string{shell, "-e", "-c", `trap 'pwd -P >"$2"' EXIT; . "$1"`, "sh", b.script("block.sh"), b.script("cwd")}
	done, err := b.Run(ctx, c)
	done.In, done.Moved = b.ended()
	return done, err
}

// save puts a block where its interpreter reads it, in a folder that is empty
// but for it: what an earlier block left there may lead anywhere.
func (b *Box) save(name, text string, aside map[string]string) error {
	if err := os.RemoveAll(b.stateFolder()); err != nil {
		return fmt.Errorf("save the block: %w", err)
	}
	if err := b.mkdir(b.stateFolder()); err != nil {
		return fmt.Errorf("save the block: %w", err)
	}
	files := map[string]string{name: text}
	maps.Copy(files, aside)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(b.stateFolder(), name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("save the block: %w", err)
		}
	}
	return nil
}

// ended reads where a block's shell was when it ended. The block could write
// anything there, so it counts for nothing but a folder in the box.
func (b *Box) ended() (in, moved string) {
	f, err := os.OpenFile(filepath.Join(b.stateFolder(), "cwd"), os.O_RDONLY|noFollow|unix.O_NONBLOCK, 0)
	if err != nil {
		return b.Root(), "it did not say in which folder it ended"
	}
	defer f.Close()
	const longest = 4096 // of a path on Linux
	text := make([]byte, longest)
	n, _ := f.Read(text)
	in = strings.TrimSuffix(string(text[:n]), "\n")
	if in != b.Root() && !strings.HasPrefix(in, b.Root()+"/") || !b.Has(in) {
		return b.Root(), "it ended outside the page's folder, or in a folder that is gone"
	}
	return in, ""
}

// Program runs a text with an interpreter.
func (b *Box) Program(ctx context.Context, interpreter, text string, c Command) (Done, error) {
	if err := b.save("block.py", text, c.Aside); err != nil {
		return Done{}, err
	}
	c.Args = []string{interpreter, b.script("block.py")}
	return b.Run(ctx, c)
}

// Run runs a command. An error means that the harness failed, not the command.
func (b *Box) Run(ctx context.Context, c Command) (Done, error) {
	if c.Bound == 0 {
		c.Bound = DefaultBound
	}
	bounded, cancel := context.WithTimeout(ctx, c.Bound)
	defer cancel()
	var cmd *exec.Cmd
	if b.tools.bwrap != "" {
		args := b.arguments(c)
		cmd = exec.CommandContext(bounded, args[0], args[1:]...)
	} else {
		cmd = exec.CommandContext(bounded, c.Args[0], c.Args[1:]...)
		cmd.Dir = b.Host(c.In)
		cmd.Env = append(environment(b.script("")), c.Env...)
	}
	cmd.SysProcAttr = b.attributes()
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	out := &output{full: cancel}
	cmd.Stdout, cmd.Stderr = out, out
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return Done{In: b.Root()}, fmt.Errorf("run %s: %w", filepath.Base(c.Args[0]), err)
	}
	err := cmd.Wait()
	done := Done{Status: isolate.Status(cmd, exitOf(err)), Output: out.text(), In: b.Root(), Took: time.Since(begin), Started: true}
	switch {
	case ctx.Err() != nil:
		return done, ctx.Err()
	case out.over():
		done.Ended = fmt.Sprintf("it was ended after it had printed %d MB", maxOutput>>20)
	case bounded.Err() != nil:
		done.Ended = fmt.Sprintf("it did not end within %s and was ended", c.Bound)
	}
	return done, nil
}

// exitOf keeps of a command's error what is about its end.
func exitOf(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit
	}
	return nil
}

func environment(aside string) []string {
	return []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp", "LANG=C.UTF-8", "TERM=dumb", "ASIDE=" + aside, "PYTHONDONTWRITEBYTECODE=1"}
}

// arguments are bwrap's: a system to read, a folder to write, nothing else.
func (b *Box) arguments(c Command) []string {
	args := append(isolate.Unprivileged(b.kind), b.tools.bwrap,
		"--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
		"--die-with-parent", "--new-session", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr")
	for _, dir := range []string{"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"} {
		if to, err := os.Readlink(dir); err == nil {
			args = append(args, "--symlink", to, dir)
		} else {
			args = append(args, "--ro-bind-try", dir, dir)
		}
	}
	for _, file := range []string{"alternatives", "ca-certificates", "crypto-policies", "group", "hosts", "ld.so.cache", "localtime", "nsswitch.conf", "passwd", "pki", "ssl/certs", "ssl/openssl.cnf"} {
		args = append(args, "--ro-bind-try", "/etc/"+file, "/etc/"+file)
	}
	small := strconv.Itoa(maxTemporary)
	args = append(args, "--proc", "/proc", "--dev", "/dev", "--size", small, "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
		"--size", small, "--tmpfs", "/tmp", "--bind", b.Folder(), inside, "--bind", b.stateFolder(), state)
	for _, view := range append(b.lent[:len(b.lent):len(b.lent)], c.Sees...) {
		args = append(args, "--ro-bind", view.From, view.At)
	}
	if c.In == "" {
		c.In = inside
	}
	args = append(args, "--remount-ro", "/", "--chdir", c.In, "--clearenv")
	for _, kv := range append(environment(b.script("")), c.Env...) {
		name, value, _ := strings.Cut(kv, "=")
		args = append(args, "--setenv", name, value)
	}
	args = append(args, "--", b.tools.prlimit, "--core=0", "--nproc="+strconv.Itoa(maxProcesses), "--fsize="+strconv.Itoa(maxFile),
		"--as="+strconv.Itoa(maxMemory), "--")
	return append(args, c.Args...)
}

// An output keeps the beginning and the end of what a command prints, and ends
// it when it prints without end.
type output struct {
	full func()

	mu         sync.Mutex
	head, tail bytes.Buffer
	total      int
}

const keep = 8 << 10 // of the beginning, and of the end

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.total += len(p)
	if o.total > maxOutput {
		o.full()
	}
	rest := p
	if room := keep - o.head.Len(); room > 0 {
		n := min(room, len(rest))
		o.head.Write(rest[:n])
		rest = rest[n:]
	}
	o.tail.Write(rest)
	if extra := o.tail.Len() - keep; extra > keep {
		o.tail.Next(extra)
	}
	return len(p), nil
}

func (o *output) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.total > maxOutput
}

func (o *output) text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if extra := o.tail.Len() - keep; extra > 0 {
		o.tail.Next(extra)
	}
	text := o.head.String()
	if left := o.total - o.head.Len() - o.tail.Len(); left > 0 {
		text += fmt.Sprintf("\n… %d bytes …\n", left)
	}
	return strings.ToValidUTF8(text+o.tail.String(), "�")
}
