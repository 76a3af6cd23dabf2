package isolate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Mounted prepares a server process as Command does, in a mount namespace of
// its own in which each mount is at its place. Nobody else sees the mounts, and
// nothing is left of them. It needs namespaces: with None it is an error.
func Mounted(k Kind, mounts []Mount, env []string, name string, args ...string) (*exec.Cmd, func(), error) {
	if len(mounts) == 0 {
		return Command(k, env, name, args...)
	}
	if k == None {
		return nil, nil, errors.New("mount for a server: this machine allows no namespaces")
	}
	if err := checkMounts(mounts); err != nil {
		return nil, nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find own binary: %w", err)
	}
	told, err := json.Marshal(mounts)
	if err != nil {
		return nil, nil, err
	}
	cmd, kill, err := Command(k, append(env, roleVar+"=mount"), self, append([]string{string(told), name}, args...)...)
	if err != nil {
		return nil, nil, err
	}
	cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWNS
	return cmd, kill, nil
}

func checkMounts(mounts []Mount) error {
	for i, m := range mounts {
		if !filepath.IsAbs(m.At) || filepath.Clean(m.At) != m.At || m.At == "/" {
			return fmt.Errorf("mount %s: it is no clean absolute path below /", m.At)
		}
		for _, other := range mounts[:i] {
			if m.At == other.At || strings.HasPrefix(m.At, other.At+"/") || strings.HasPrefix(other.At, m.At+"/") {
				return fmt.Errorf("mount %s: it lies in the mount at %s, or the other way round", m.At, other.At)
			}
		}
	}
	return nil
}

// mounted is what the process that Mounted prepares does first: it makes its
// view and becomes the server. It returns only where that fails.
func mounted(args []string) int {
	err := become(args[0], args[1:])
	fmt.Fprintf(os.Stderr, "milvus-tls-e2e: mount for %s: %v\n", args[1], err)
	return setupFailed
}

func become(told string, args []string) error {
	var mounts []Mount
	if err := json.Unmarshal([]byte(told), &mounts); err != nil {
		return err
	}
	if err := see(mounts); err != nil {
		return err
	}
	binary, err := exec.LookPath(args[0])
	if err != nil {
		return err
	}
	_ = os.Unsetenv(roleVar)
	return unix.Exec(binary, args, os.Environ())
}

// see makes a root of its own that is the machine's but for the mounts. What
// has to be made on the way to a mount is made there and never on the disk.
func see(mounts []Mount) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	root, err := os.MkdirTemp("", ".root-")
	if err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", root, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return fmt.Errorf("mount a root: %w", err)
	}
	at := map[string]string{}
	for _, m := range mounts {
		at[m.At] = m.From
	}
	if err := graft(root, "/", at); err != nil {
		return err
	}
	// The machine's folders came with the new root in one of them.
	_ = unix.Unmount(filepath.Join(root, root), unix.MNT_DETACH)
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("change root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leave the old root: %w", err)
	}
	return os.Chdir(here)
}

// graft builds below root what is at a path of the machine, with the mounts in
// it at their places.
func graft(root, path string, mounts map[string]string) error {
	entries, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read %s: %w", path, err)
	}
	ways := onTheWay(path, mounts)
	for _, e := range entries {
		if _, is := ways[e.Name()]; is {
			continue
		}
		if err := keep(root, filepath.Join(path, e.Name()), e.Type()); err != nil {
			return err
		}
	}
	for name := range ways {
		child := filepath.Join(path, name)
		from, mount := mounts[child]
		if mount {
			if err := bind(from, filepath.Join(root, child)); err != nil {
				return err
			}
			continue
		}
		if info, err := os.Lstat(child); err == nil && !info.IsDir() {
			return fmt.Errorf("%s is no folder on this machine", child)
		}
		if err := os.Mkdir(filepath.Join(root, child), 0o755); err != nil {
			return err
		}
		if err := graft(root, child, mounts); err != nil {
			return err
		}
	}
	return nil
}

// onTheWay returns the names in a folder that are mounts or lead to one.
func onTheWay(path string, mounts map[string]string) map[string]bool {
	ways := map[string]bool{}
	for at := range mounts {
		if rest, below := strings.CutPrefix(at, strings.TrimSuffix(path, "/")+"/"); below {
			name, _, _ := strings.Cut(rest, "/")
			ways[name] = true
		}
	}
	return ways
}

// keep leaves an entry of the machine as it is.
func keep(root, path string, kind fs.FileMode) error {
	if kind&fs.ModeSymlink == 0 {
		return bind(path, filepath.Join(root, path))
	}
	to, err := os.Readlink(path)
	if err != nil {
		return err
	}
	return os.Symlink(to, filepath.Join(root, path))
}

func bind(from, at string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		err = os.Mkdir(at, 0o755)
	} else {
		var point *os.File
		if point, err = os.OpenFile(at, os.O_CREATE|os.O_EXCL, 0o644); err == nil {
			err = point.Close()
		}
	}
	if err != nil {
		return err
	}
	if err := unix.Mount(from, at, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("mount %s: %w", from, err)
	}
	return nil
}
