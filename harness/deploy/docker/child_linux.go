package docker

import "golang.org/x/sys/unix"

// child is how a program is started that must not outlive the runner: in a group
// of its own, which a Ctrl-C does not reach, and killed where the runner ends.
func child() *unix.SysProcAttr { return &unix.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGKILL} }
