package process

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func TestFill(t *testing.T) {
	t.Parallel()
	c := Cache{Dir: t.TempDir(), Log: io.Discard}
	made := 0
	for range 2 {
		dir, err := c.fill("some/name", func(dir string) error {
			made++
			write(t, dir, map[string]string{"sub/file": "text"})
			return nil
		})
		if want := filepath.Join(c.Dir, "some", "name"); err != nil || dir != want {
			t.Fatalf("%q, %v, want %q", dir, err, want)
		}
	}
	if got := files(t, c.Dir); made != 1 || len(got) != 1 || got[0] != "some/name/sub/file" {
		t.Errorf("made %d times, the cache holds %q", made, got)
	}
	if info, err := os.Stat(filepath.Join(c.Dir, "some", "name")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("%v, %v: another user could not run a server in it", info.Mode(), err)
	}
}

func TestFillLeavesNothingOfAFailure(t *testing.T) {
	t.Parallel()
	c := Cache{Dir: t.TempDir(), Log: io.Discard}
	broken := errors.New("broken")
	dir, err := c.fill("name", func(dir string) error {
		write(t, dir, map[string]string{"sub/file": "text"})
		return broken
	})
	if !errors.Is(err, broken) || dir != "" {
		t.Errorf("%q, %v", dir, err)
	}
	empty(t, c.Dir)
}

// empty fails unless a folder is not there or holds nothing.
func empty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	for _, entry := range left {
		t.Errorf("%s is left in %s", entry.Name(), dir)
	}
}

// Both runs have begun before one of them is done.
func TestFillTwiceAtOnce(t *testing.T) {
	t.Parallel()
	c := Cache{Dir: t.TempDir(), Log: io.Discard}
	var both, work sync.WaitGroup
	both.Add(2)
	begun := make(chan struct{})
	go func() {
		both.Wait()
		close(begun)
	}()
	for range 2 {
		work.Go(func() {
			dir, err := c.fill("name", func(dir string) error {
				both.Done()
				select {
				case <-begun:
				case <-time.After(bound):
					return errors.New("the other one does not begin")
				}
				return os.WriteFile(filepath.Join(dir, "file"), nil, 0o600)
			})
			if err != nil || dir != filepath.Join(c.Dir, "name") {
				t.Errorf("%q, %v", dir, err)
			}
		})
	}
	work.Wait()
	if got, err := os.ReadDir(c.Dir); err != nil || len(got) != 1 {
		t.Errorf("the cache holds %v, %v", got, err)
	}
}

func TestUserCache(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "/some/where")
	if c, err := UserCache(io.Discard); err != nil || c.Dir != "/some/where/milvus-tls-e2e" {
		t.Errorf("%q, %v", c.Dir, err)
	}
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	_, err := UserCache(io.Discard)
	wantError(t, err, "set XDG_CACHE_HOME or HOME")
}
