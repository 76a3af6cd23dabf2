package isolate_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// allowed reports whether this machine allows namespaces, without asking the
// package: a package that never isolates must not have its tests skipped.
func allowed() int {
	var said []byte
	var err error
	for _, flags := range []uintptr{0, unix.CLONE_NEWUSER} {
		cmd := exec.Command(os.Args[0], "helper", "plain", "mount")
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWIPC}
		if flags != 0 {
			asRootOfItsOwn(cmd.SysProcAttr)
		}
		cmd.Stdin = os.Stdin
		if said, err = cmd.CombinedOutput(); err == nil {
			return 0
		}
	}
	fmt.Printf("%v %s\n", err, said)
	return 1
}

func asRootOfItsOwn(a *syscall.SysProcAttr) {
	a.Cloneflags |= unix.CLONE_NEWUSER
	a.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
	a.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
}

func mount() int {
	err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
	if err == nil {
		err = unix.Mount("tmpfs", "/run", "tmpfs", 0, "")
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// forbid takes namespaces from itself, as a machine that allows none, and
// starts again as a program that wants them.
func forbid() int {
	for _, kind := range []string{"user", "net", "pid", "mnt", "ipc"} {
		if err := os.WriteFile("/proc/sys/user/max_"+kind+"_namespaces", []byte("0"), 0); err != nil {
			fmt.Println(err)
			return 96
		}
	}
	self := slices.Replace(slices.Clone(os.Args), 2, 4, "isolated", "report")
	fmt.Println(syscall.Exec(self[0], self, os.Environ()))
	return 1
}
