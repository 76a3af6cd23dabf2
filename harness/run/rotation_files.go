package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/pki"
)

// placed are the files that a server is configured with, in the manner in which they are
// replaced.
type placed struct {
	pki.ServerFiles
	manner rotation.Manner
	times  int
}

// put replaces the server's files by those of a set, or places its first ones.
func (p *placed) put(certs *pki.CertSet) error {
	p.times++
	version := fmt.Sprintf("..version-%d", p.times)
	folder := filepath.Join(p.Dir, version)
	if _, err := certs.WriteServer(folder, harness.ConfigChange{}); err != nil {
		return fmt.Errorf("replace the server's files: %w", err)
	}
	files, err := os.ReadDir(folder)
	if err == nil && p.manner == rotation.ByLink {
		err = swap(filepath.Join(p.Dir, "..data"), version)
	}
	for _, f := range files {
		if err == nil {
			err = p.one(filepath.Join(folder, f.Name()), filepath.Join(p.Dir, f.Name()))
		}
	}
	if err != nil {
		return fmt.Errorf("replace the server's files: %w", err)
	}
	return nil
}

// one replaces one file.
func (p *placed) one(from, to string) error {
	switch p.manner {
	case rotation.ByLink: // the file is a link through ..data, for good
		err := os.Symlink(filepath.Join("..data", filepath.Base(to)), to)
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	case rotation.ByRename:
		return os.Rename(from, to)
	case rotation.ByCopy:
		text, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		info, err := os.Stat(from)
		if err != nil {
			return err
		}
		return os.WriteFile(to, text, info.Mode().Perm()) // an existing file keeps its inode
	}
	return fmt.Errorf("unknown manner of replacing a file: %q", p.manner)
}

// swap has a link lead elsewhere, in one step.
func swap(link, to string) error {
	next := link + "_tmp"
	if err := os.Symlink(to, next); err != nil {
		return err
	}
	return os.Rename(next, link)
}
