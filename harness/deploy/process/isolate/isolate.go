// Package isolate runs a program in network, process and mount namespaces of
// its own: what it starts can be reached from nowhere else and ends when it
// ends, however it ends. Where the system allows none, the program runs as it
// is and each server gets a supervisor that ends it when the program goes.
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

// Kind is how a program is kept apart from the machine.
type Kind string

// The kinds, in the order in which they are tried.
const (
	AsRoot Kind = "network, process and mount namespaces of the run's own"
	AsUser Kind = "user, network, process and mount namespaces of the run's own"
	None   Kind = "none: servers listen on all interfaces of this machine, and a supervisor ends them"
)

const roleVar = "MILVUS_TLS_E2E_ROLE"

// Variables that reach the program itself. Everything else of the user's
// environment is kept out, so that nothing there can change a server or a
// client: no MILVUS*, ETCD_*, MINIO_*, SSL_CERT_*, CURL_*, GRPC_*, proxies.
var kept = []string{"PATH", "HOME", "USER", "TMPDIR", "LANG", "LC_ALL", "TZ", "TERM", "COLUMNS", "NO_COLOR", "CI", "GOCOVERDIR", "GITHUB_STEP_SUMMARY"}

// Environment gives the part of this process's environment that a child may
// see, with more variables ("NAME=value") added.
func Environment(more ...string) []string {
	var env []string
	for _, name := range kept {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return append(env, more...)
}

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

// scrub takes out of this process's environment what must not reach a server
// or a client.
func scrub() {
	env := Environment()
	os.Clearenv()
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		_ = os.Setenv(name, value)
	}
}

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

// HasRole tells whether this process was started by Main or by Command, so
// that it must call Main and nothing else.
func HasRole() bool { return os.Getenv(roleVar) != "" }
