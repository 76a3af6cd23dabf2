package isolate

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// Main runs the program: it must be the first call of main. With wanted it
// enters namespaces where it can. It does not return but by calling run, whose
// result is the exit status.
func Main(wanted bool, run func(Kind) int) int {
	role, kind, _ := strings.Cut(os.Getenv(roleVar), ":")
	switch role {
	case "inside":
		if err := enter(); err != nil {
			fmt.Fprintf(os.NewFile(3, "outside"), "%v\n", err)
			return setupFailed
		}
		tellOutside = os.NewFile(3, "outside")
		unix.CloseOnExec(3)
		fmt.Fprintln(tellOutside, "ok")
		_ = os.Unsetenv(roleVar)
		return run(Kind(kind))
	case "probe":
		if enter() != nil {
			return setupFailed
		}
		return 0
	case "supervise":
		return supervise(os.Args[1:])
	case "mount":
		return mounted(os.Args[1:])
	}
	if wanted {
		for _, k := range kinds() {
			if status, ran := outside(k); ran {
				return status
			}
		}
	}
	scrub()
	return run(None)
}

const setupFailed = 125

// outside runs this very program inside new namespaces and waits for it. It
// reports false when the namespaces could not be had.
func outside(k Kind) (status int, ran bool) {
	self, err := os.Executable()
	if err != nil {
		return 0, false
	}
	read, write, err := os.Pipe()
	if err != nil {
		return 0, false
	}
	defer read.Close()
	defer mountPoint()()
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = Environment(roleVar + "=inside:" + string(k))
	cmd.ExtraFiles = []*os.File{write}
	cmd.SysProcAttr = attributes(k)
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP)
	defer signal.Stop(signals)
	err = cmd.Start()
	_ = write.Close()
	if err != nil {
		return 0, false
	}
	said := bufio.NewReader(read)
	if line, _ := said.ReadString('\n'); strings.TrimSpace(line) != "ok" {
		if line != "" {
			fmt.Fprintf(os.Stderr, "milvus-tls-e2e: no %s: %s", k, line)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return 0, false
	}
	done, lingers := make(chan error, 1), make(chan int, 1)
	go func() { done <- cmd.Wait() }()
	go func() {
		var status int
		if n, _ := fmt.Fscanf(said, "lingers %d\n", &status); n == 1 {
			fmt.Printf(lingerNotice, cmd.Process.Pid)
			lingers <- status
		}
	}()
	for {
		select {
		case s := <-signals:
			_ = cmd.Process.Signal(s)
		case status := <-lingers:
			return status, true
		case err := <-done:
			return statusOf(cmd.ProcessState, err), true
		}
	}
}

// The death signal belongs to a thread: that of the child to its first one,
// and that of the parent to the one that started the child. So the goroutine
// that calls Main and Linger stays on the first.
func init() { runtime.LockOSThread() }
