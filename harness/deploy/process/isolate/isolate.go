// Package isolate runs a program in network, process and mount namespaces of
// its own: what it starts can be reached from nowhere else and ends when it
// ends, however it ends. Where the system allows none, the program runs as it
// is and each server gets a supervisor that ends it when the program goes.
package isolate

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

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

func kinds() []Kind {
	if os.Geteuid() == 0 {
		return []Kind{AsRoot, AsUser}
	}
	return []Kind{AsUser}
}

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

const lingerNotice = `They run in the namespaces of process %[1]d:
  look at them   nsenter --preserve-credentials --all -t %[1]d
  end them       kill %[1]d
`

// tellOutside is the pipe to the process that made the namespaces.
var tellOutside *os.File

// Linger keeps this process, and with it what it started, until it is told to
// end; whoever waits for it outside the namespaces gets the exit status at
// once. Without namespaces it stays in the foreground. Call it on the goroutine
// that called Main.
func Linger(status int) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM)
	if tellOutside == nil {
		fmt.Println("Ctrl-C ends them.")
	} else {
		_ = unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0)
		fmt.Fprintf(tellOutside, "lingers %d\n", status)
		// Whoever reads our output must not wait for it to end.
		if null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0); err == nil {
			for fd := range 3 {
				_ = unix.Dup2(int(null.Fd()), fd)
			}
		}
	}
	<-signals
}

// The death signal belongs to a thread: that of the child to its first one,
// and that of the parent to the one that started the child. So the goroutine
// that calls Main and Linger stays on the first.
func init() { runtime.LockOSThread() }

func attributes(k Kind) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWNS | unix.CLONE_NEWIPC,
		Pdeathsig:  unix.SIGKILL,
		// A group of its own, so that the terminal's Ctrl-C comes once, from here.
		Setpgid: true,
	}
	if k == AsUser {
		uid, gid := os.Getuid(), os.Getgid()
		a.Cloneflags |= unix.CLONE_NEWUSER
		// The user stays who they are: a server that runs as a mapped root
		// would read files of mode 0000, which an operator's server does not.
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
		a.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN}
	}
	return a
}

// serverFolder is where servers keep files with the numbers of their sessions,
// beside a pid file in /run/milvus (seen on 2.2.16 and 2.3.5). A folder there
// of another user's stops their start, and nobody removes what they leave.
const serverFolder = "/tmp/milvus"

// mountPoint makes the folder to mount over where nobody has it yet, and gives
// what removes it again.
func mountPoint() (remove func()) {
	if os.Mkdir(serverFolder, 0o755) != nil {
		return func() {}
	}
	return func() { _ = os.Remove(serverFolder) }
}

// enter finishes the namespaces from the inside: mounts that do not spread,
// the folders that every server shares as the run's own, and a loopback that
// is up.
func enter() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return fmt.Errorf("mount /run: %w", err)
	}
	if err := unix.Mount("tmpfs", serverFolder, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return fmt.Errorf("mount %s: %w", serverFolder, err)
	}
	// Some containers forbid a new /proc; only ps would miss it.
	_ = unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	return loopbackUp()
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open socket: %w", err)
	}
	defer func() { _ = unix.Close(fd) }()
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return fmt.Errorf("name loopback: %w", err)
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("bring loopback up: %w", err)
	}
	return nil
}

// HasRole tells whether this process was started by Main or by Command, so
// that it must call Main and nothing else.
func HasRole() bool { return os.Getenv(roleVar) != "" }

// Probe tells which namespaces Main would enter on this machine.
func Probe() (Kind, error) {
	defer mountPoint()()
	for _, k := range kinds() {
		self, err := os.Executable()
		if err != nil {
			return None, err
		}
		cmd := exec.Command(self)
		cmd.Env = Environment(roleVar + "=probe:" + string(k))
		cmd.SysProcAttr = attributes(k)
		if cmd.Run() == nil {
			return k, nil
		}
	}
	return None, errors.New("this machine allows no namespaces")
}
