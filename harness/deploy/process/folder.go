package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const runPrefix = "milvus-tls-e2e-run-"

// Folder creates the folder of one run below the system's temporary folder, and removes those of
// runs that are over, since a killed run leaves its own. One that cannot be removed does no
// harm, and `clean` reports it. The second result removes the new one.
func Folder() (string, func() error, error) {
	_, _ = Sweep()
	// It is named after it is locked, so that no other run's sweep takes it for an old one.
	fresh, err := os.MkdirTemp("", "."+runPrefix+"*")
	if err != nil {
		return "", nil, fmt.Errorf("make folder for the run: %w", err)
	}
	dir := filepath.Join(filepath.Dir(fresh), strings.TrimPrefix(filepath.Base(fresh), "."))
	lock, err := os.OpenFile(filepath.Join(fresh, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	if err == nil {
		err = os.Rename(fresh, dir)
	}
	if err != nil {
		return "", nil, fmt.Errorf("lock folder of the run: %w", errors.Join(err, os.RemoveAll(fresh)))
	}
	return dir, func() error { return errors.Join(os.RemoveAll(dir), lock.Close()) }, nil
}

// Sweep removes the folders of runs that are over and returns them. The error is about those
// that could not be removed.
func Sweep() ([]string, error) {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), runPrefix+"*"))
	if err != nil {
		return nil, err
	}
	var swept []string
	var failed []error
	for _, dir := range dirs {
		lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR, 0)
		if err != nil {
			continue // another user's, or one that is just being made
		}
		if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			if err := os.RemoveAll(dir); err != nil {
				failed = append(failed, fmt.Errorf("remove folder of an earlier run: %w", err))
			} else {
				swept = append(swept, dir)
			}
		}
		_ = lock.Close()
	}
	return swept, errors.Join(failed...)
}

// Lives reports whether the run of a folder is still under way: its runner holds
// the folder's lock as long as it lives.
func Lives(dir string) bool {
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR, 0)
	if err != nil {
		// Of another user's folder it is not known, so it is left alone.
		return errors.Is(err, os.ErrPermission)
	}
	defer lock.Close()
	return unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil
}
