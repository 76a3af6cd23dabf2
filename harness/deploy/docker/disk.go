package docker

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// leastRoom is what a run needs of the engine's disk at the least, in bytes: an
// etcd takes 128 MB at its start, and a run of every topology 1.3 GB. With less,
// servers do not end: they never become ready, and say nothing of it.
const leastRoom = 500 << 20

// free is how many bytes the engine's disk has left. It is known of an engine on
// this machine, where its folder may be looked at.
func (e *Engine) free() (bytes uint64, known bool) {
	var disk unix.Statfs_t
	if !e.Direct || unix.Statfs(e.Root, &disk) != nil {
		return 0, false
	}
	return disk.Bavail * uint64(disk.Bsize), true
}

// hasRoom fails where the engine's disk is too full for a run.
func (e *Engine) hasRoom() error {
	if free, known := e.free(); known && free < leastRoom {
		return fmt.Errorf("the engine's disk is full (%s has %d MB left, and a run needs %d): free some, or see `docker system df`",
			e.Root, free>>20, leastRoom>>20)
	}
	return nil
}

// noSpace is what a system says when a disk is full.
const noSpace = "no space left on device"

// full says that there is no room for what is asked for.
func (e *Engine) full() error {
	return fmt.Errorf("the engine's disk is full (%s): free some, or see `docker system df`", e.Root)
}
