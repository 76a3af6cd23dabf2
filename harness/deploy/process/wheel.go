package process

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A Wheel is a release as PyPI has it.
type Wheel struct {
	Version string
	File    string // the wheel's file name
	SHA256  string // of the wheel
}

// Fetch returns the folder with the wheel's server: bin/ (milvus and its libraries) and configs/
// (a stock milvus.yaml and its companions). It downloads the wheel with pip where it is not in
// the cache; given is a wheel already on disk, or "". A wheel whose hash differs is an error.
func (c Cache) Fetch(ctx context.Context, w Wheel, given string) (string, error) {
	if len(w.SHA256) != hex.EncodedLen(sha256.Size) {
		return "", fmt.Errorf("milvus %s: %q is no SHA-256 to hold the wheel against: pin it in its version file", w.Version, w.SHA256)
	}
	return c.fill(filepath.Join("milvus", w.Version+"-"+w.SHA256[:12]), func(dir string) error {
		path := given
		if path == "" {
			var err error
			if path, err = c.download(ctx, w, dir); err != nil {
				return err
			}
		}
		if err := w.check(path); err != nil {
			return err
		}
		c.say("milvus %s: unpacking %s", w.Version, filepath.Base(path))
		if err := unpack(path, dir); err != nil {
			return fmt.Errorf("unpack %s: %w", filepath.Base(path), err)
		}
		if given == "" {
			return os.Remove(path)
		}
		return nil
	})
}

func (w Wheel) check(path string) error {
	digest, err := Digest(path)
	if err != nil {
		return fmt.Errorf("read wheel: %w", err)
	}
	if digest != w.SHA256 {
		return fmt.Errorf("refuse %s: its SHA-256 is %s, and fixtures/versions/%s.yaml pins %s: it was changed or cut short",
			path, digest, w.Version, w.SHA256)
	}
	return nil
}

func (c Cache) download(ctx context.Context, w Wheel, dir string) (string, error) {
	python, err := findPython(ctx)
	if err != nil {
		return "", fmt.Errorf("download milvus %s: %w, or set MILVUS_WHEEL= to a wheel already on disk", w.Version, err)
	}
	c.say("milvus %s: downloading %s with pip", w.Version, w.File)
	for try := 1; ; try++ {
		path, err := c.pip(ctx, python, w, dir)
		if err == nil || ctx.Err() != nil || try == downloads {
			return path, err
		}
		c.say("%v; once more", err)
	}
}

// downloads is how often pip is run, which itself gives up over an index that
// errs for some seconds, or over a connection that breaks.
const downloads = 3

func (c Cache) pip(ctx context.Context, python string, w Wheel, dir string) (string, error) {
	cmd := exec.CommandContext(ctx, python, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
		"--retries", "2", "--disable-pip-version-check", "--dest", dir, "milvus=="+w.Version)
	var said tail
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = c.Log, &said, waitDelay
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("download milvus %s: pip failed: %s (no network? MILVUS_WHEEL= takes a wheel already on disk)", w.Version, said.last(err))
	}
	return filepath.Join(dir, w.File), nil
}

func findPython(ctx context.Context) (string, error) {
	for _, name := range []string{"python3", "python"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if exec.CommandContext(ctx, path, "-m", "pip", "--version").Run() == nil {
			return path, nil
		}
		return "", fmt.Errorf("%s has no pip: install it (Debian: apt-get install python3-pip)", path)
	}
	return "", errors.New("no python3 on PATH: install Python 3 with pip")
}

// waitDelay is how long an interrupted command's output is still waited for:
// a child of its own may hold it open.
const waitDelay = time.Second

// tail keeps the end of a command's output, for the error.
type tail struct {
	lines []string
	part  string // of a line whose end has not come
}

func (t *tail) Write(p []byte) (int, error) {
	lines := strings.Split(t.part+string(p), "\n")
	t.part = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		if line = strings.TrimSpace(line); line != "" {
			t.lines = append(t.lines, line)
		}
	}
	if extra := len(t.lines) - 50; extra > 0 {
		t.lines = t.lines[extra:]
	}
	return len(p), nil
}

var compileError = regexp.MustCompile(`^\S+\.go:\d+:`)

func (t *tail) last(err error) string {
	lines := t.lines
	if part := strings.TrimSpace(t.part); part != "" {
		lines = append(slices.Clone(lines), part)
	}
	for _, line := range slices.Backward(lines) {
		if low := strings.ToLower(line); strings.HasPrefix(low, "error") || strings.Contains(low, "no space left") {
			return line
		}
	}
	for _, line := range lines {
		if compileError.MatchString(line) {
			return line
		}
	}
	if len(lines) > 0 {
		return lines[len(lines)-1]
	}
	return err.Error()
}

// Which pinned wheel is the file at path? The one with its hash.
func Which(path string, wheels []Wheel) (Wheel, error) {
	digest, err := Digest(path)
	if err != nil {
		return Wheel{}, fmt.Errorf("read MILVUS_WHEEL: %w", err)
	}
	var known []string
	for _, w := range wheels {
		if w.SHA256 == digest {
			return w, nil
		}
		known = append(known, w.File)
	}
	return Wheel{}, fmt.Errorf("refuse MILVUS_WHEEL=%s: its SHA-256 %s is that of no pinned wheel (%s): it was changed, cut short, or is another release",
		path, digest, strings.Join(known, ", "))
}

// copyAll copies to a new file and gives the first error, be it that of Close:
// on a full disk it may be the only one.
func copyAll(path string, mode os.FileMode, from io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	_, err = io.Copy(w, from)
	return cmp.Or(err, w.Flush(), f.Close())
}

// Pip returns the version of pip that downloads wheels, or why there is none.
func Pip(ctx context.Context) (string, error) {
	python, err := findPython(ctx)
	if err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, python, "-m", "pip", "--version").Output()
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(out)), nil
}
