package isolate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// serverFolder is where servers keep files named by their session IDs, next to a pid file in
// /run/milvus (seen on 2.2.16 and 2.3.5). If another user owns that folder they do not start,
// and they never remove their files.
const serverFolder = "/tmp/milvus"

// mountPoint makes the folder to mount over where it is missing, and gives what
// removes it again when it is empty and no other run has it.
func mountPoint() (remove func()) {
	dir := heldMountPoint()
	if dir == nil {
		return func() {}
	}
	return func() {
		// Removing it would take the mounts of other runs with it.
		if unix.Flock(int(dir.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			_ = os.Remove(serverFolder)
		}
		_ = dir.Close()
	}
}

// mountPointTries is far more often than other runs end in a row just when this
// one has found the folder that they had.
const mountPointTries = 1000

// heldMountPoint returns the folder, open, which protects it from removal; nil where it cannot
// be had. The last run that holds it removes it at its end, so a folder that was found may be
// gone before it is held.
func heldMountPoint() *os.File {
	for range mountPointTries {
		_ = os.Mkdir(serverFolder, 0o755)
		dir, err := os.Open(serverFolder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil
		}
		if unix.Flock(int(dir.Fd()), unix.LOCK_SH) == nil && isAt(dir, serverFolder) {
			return dir
		}
		_ = dir.Close()
	}
	return nil
}

// isAt reports whether an open folder is still the one at a path.
func isAt(dir *os.File, path string) bool {
	mine, err := dir.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

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
		// The first two are for what enter does, the third to capture what
		// crosses the loopback.
		a.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_NET_RAW}
	}
	return a
}

// heldFolder keeps the lock on serverFolder.
var heldFolder *os.File //nolint:unused // the lock lives as long as the file is open

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
	// Held for as long as this process lives: who makes the folder must not
	// remove it, and our mount with it, while we linger.
	if dir, err := os.Open(serverFolder); err == nil && unix.Flock(int(dir.Fd()), unix.LOCK_SH) == nil {
		heldFolder = dir
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

func kinds() []Kind {
	if os.Geteuid() == 0 {
		return []Kind{AsRoot, AsUser}
	}
	return []Kind{AsUser}
}

// Probe returns which namespaces Main would enter on this machine.
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

// Unprivileged returns what a command line starts with so that the program after
// it has none of the capabilities that AsUser gives to this process's children:
// bubblewrap refuses to run with any that it did not expect.
func Unprivileged(k Kind) []string {
	if k == AsUser {
		return []string{"setpriv", "--ambient-caps=-all", "--inh-caps=-all"}
	}
	return nil
}
