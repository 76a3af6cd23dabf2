package sandbox

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// mountMemory mounts a file system of a bounded size, in bytes, that lives in
// memory.
func mountMemory(at string, size int) error {
	return unix.Mount("tmpfs", at, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755,size="+strconv.Itoa(size))
}

func mountFolder(dir, at string) error {
	return unix.Mount(dir, at, "", unix.MS_BIND|unix.MS_REC, "")
}
