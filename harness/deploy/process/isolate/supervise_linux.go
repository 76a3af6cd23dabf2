package isolate

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// Command prepares a server process. In namespaces it needs no supervisor; elsewhere it runs in
// a session of its own under one that ends it as soon as the pipe breaks that Command keeps
// open. The second result ends the server and may be called twice.
func Command(k Kind, env []string, name string, args ...string) (*exec.Cmd, func(), error) {
	if k != None {
		cmd := exec.Command(name, args...)
		cmd.Env = env
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		return cmd, func() {
			if cmd.Process != nil {
				_ = unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
			}
		}, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find own binary: %w", err)
	}
	cmd := exec.Command(self, append([]string{name}, args...)...)
	cmd.Env = append(env, roleVar+"=supervise")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, nil, fmt.Errorf("open supervisor's pipe: %w", err)
	}
	return cmd, func() { _ = pipe.Close() }, nil
}

// supervise runs one command and ends it, with all that it started, when standard input ends
// because the process at the other end is gone.
func supervise(args []string) int {
	if len(args) == 0 {
		return setupFailed
	}
	_ = os.Unsetenv(roleVar)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGKILL}
	// Who stops the server politely can only ask its supervisor.
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, unix.SIGTERM)
	if err := cmd.Start(); err != nil {
		fmt.Fprintf(os.Stderr, "start %s: %v\n", args[0], err)
		return 127
	}
	go func() {
		for range asked {
			_ = unix.Kill(cmd.Process.Pid, unix.SIGTERM)
		}
	}()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
	}()
	err := cmd.Wait()
	_ = unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
	return statusOf(cmd.ProcessState, err)
}

// statusOf returns a process's exit status: 128 plus the signal's number where a
// signal ended it, as a shell does.
func statusOf(state *os.ProcessState, err error) int {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return setupFailed
	}
	if state == nil {
		return setupFailed
	}
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return state.ExitCode()
}

// Status is statusOf for callers that wait for one of Command's commands.
func Status(cmd *exec.Cmd, err error) int { return statusOf(cmd.ProcessState, err) }
