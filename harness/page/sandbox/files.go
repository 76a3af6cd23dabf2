package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A box's folder is written by strangers: a name in it may be a link that
// leads out. All that the harness reads or writes there goes through os.Root,
// which follows no link out of the folder.

// Write saves a file at a path below Root, as a reader would: what is there
// keeps its mode.
func (b *Box) Write(seen string, text []byte, mode fs.FileMode) error {
	root, rel, err := b.enter(seen)
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := root.OpenFile(rel, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|noFollow, mode)
	if err != nil {
		return fmt.Errorf("save %s: %w", seen, err)
	}
	_, err = f.Write(text)
	if b.drop {
		err = errors.Join(err, f.Chown(nobody, nobody))
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("save %s: %w", seen, err)
	}
	return nil
}

// Replace saves a file in place of whatever has its name.
func (b *Box) Replace(seen string, text []byte, mode fs.FileMode) error {
	root, rel, err := b.enter(seen)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.RemoveAll(rel); err != nil {
		return fmt.Errorf("save %s: %w", seen, err)
	}
	return b.Write(seen, text, mode)
}

// maxRead bounds a file that is read: certificates are small.
const maxRead = 1 << 20

// Open reads a file at a path below Root.
func (b *Box) Open(seen string) ([]byte, error) {
	root, rel, err := b.enter(seen)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Stat(rel)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maxRead:
		return nil, fmt.Errorf("read %s: it is no file of at most %d bytes", seen, maxRead)
	}
	return root.ReadFile(rel)
}

// Link makes a link at a path below Root that leads to another path, with the
// folders above it; it reports false where something is there already.
func (b *Box) Link(seen, to string) (bool, error) {
	root, rel, err := b.enter(seen)
	if err != nil {
		return false, err
	}
	defer root.Close()
	if _, err := root.Lstat(rel); err == nil {
		return false, nil
	}
	above := ""
	for _, name := range splitPath(filepath.Dir(rel)) {
		above = filepath.Join(above, name)
		if err := root.Mkdir(above, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return false, fmt.Errorf("make %s: %w", above, err)
		}
		if b.drop {
			_ = root.Lchown(above, nobody, nobody)
		}
	}
	if err := root.Symlink(to, rel); err != nil {
		return false, fmt.Errorf("make %s: %w", seen, err)
	}
	return true, nil
}

// Files names the files directly in a folder below Root, sorted.
func (b *Box) Files(seen string) (names []string) {
	root, rel, err := b.enter(seen)
	if err != nil {
		return nil
	}
	defer root.Close()
	dir, err := root.Open(rel)
	if err != nil {
		return nil
	}
	defer dir.Close()
	entries, _ := dir.ReadDir(1000)
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names
}

// Has reports whether a folder is there, below Root.
func (b *Box) Has(folder string) bool {
	root, rel, err := b.enter(folder)
	if err != nil {
		return false
	}
	defer root.Close()
	info, err := root.Stat(rel)
	return err == nil && info.IsDir()
}

func (b *Box) enter(seen string) (*os.Root, string, error) {
	rel, err := filepath.Rel(b.Root(), seen)
	if err != nil || !filepath.IsLocal(rel) {
		return nil, "", fmt.Errorf("%s is not in the page's folder", seen)
	}
	root, err := os.OpenRoot(b.Folder())
	if err != nil {
		return nil, "", fmt.Errorf("enter the page's folder: %w", err)
	}
	return root, rel, nil
}

func splitPath(dir string) (names []string) {
	for dir != "." && dir != "" && dir != "/" {
		names = append([]string{filepath.Base(dir)}, names...)
		dir = filepath.Dir(dir)
	}
	return names
}
