// Package process runs real servers as processes of this machine: Milvus from
// the PyPI wheel or from a binary that the user names, etcd and MinIO built
// from pinned Go modules.
package process

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Cache is where what was downloaded, unpacked and built is kept between runs.
type Cache struct {
	Dir string
	Log io.Writer // progress, for people
}

// UserCache is the cache below the user's cache folder.
func UserCache(log io.Writer) (Cache, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return Cache{}, fmt.Errorf("find cache folder: %w (set XDG_CACHE_HOME or HOME)", err)
	}
	return Cache{Dir: filepath.Join(base, "milvus-tls-e2e"), Log: log}, nil
}

func (c Cache) say(format string, args ...any) { fmt.Fprintf(c.Log, format+"\n", args...) }

// fill creates the folder name in the cache: make fills a temporary folder, which is renamed
// when it is complete, so that an existing folder is always complete.
func (c Cache) fill(name string, make func(dir string) error) (string, error) {
	final := filepath.Join(c.Dir, name)
	if _, err := os.Stat(final); err == nil {
		return final, nil
	}
	if err := os.MkdirAll(filepath.Dir(final), 0o755); err != nil {
		return "", fmt.Errorf("make cache folder: %w", err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(final), ".partial-*")
	if err != nil {
		return "", fmt.Errorf("make cache folder: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := make(dir); err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", fmt.Errorf("open cache folder: %w", err)
	}
	if err := os.Rename(dir, final); err != nil {
		if _, there := os.Stat(final); there == nil {
			return final, nil // another run was faster
		}
		return "", fmt.Errorf("keep in cache: %w", err)
	}
	return final, nil
}

// Digest returns the SHA-256 of a file in hex.
func Digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
