package docker

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// leastRoom is the least free space that a run needs on the engine's disk, in bytes: an etcd
// takes 128 MB at its start, and a run of every topology 1.3 GB. With less, servers do not exit:
// they never become ready, and log nothing about it.
const leastRoom = 500 << 20

// free is the free space of the engine's disk in bytes. It is known of an engine on this machine
// whose folder is readable.
func (e *Engine) free() (bytes uint64, known bool) {
	var disk unix.Statfs_t
	if !e.Direct || unix.Statfs(e.Root, &disk) != nil {
		return 0, false
	}
	return disk.Bavail * uint64(disk.Bsize), true
}

func (e *Engine) hasRoom() error {
	if free, known := e.free(); known && free < leastRoom {
		return fmt.Errorf("the engine's disk is full (%s has %d MB left, and a run needs %d): free some, or see `docker system df`",
			e.Root, free>>20, leastRoom>>20)
	}
	return nil
}

func (e *Engine) full() error {
	return fmt.Errorf("the engine's disk is full (%s): free some, or see `docker system df`", e.Root)
}
