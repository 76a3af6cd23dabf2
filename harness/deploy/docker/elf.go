package docker

import (
	"debug/elf"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// libraryFolders are the loader's default folders on this machine.
var libraryFolders = []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"}

// lookedUp are loaded by name while a server runs: how a host name is found.
var lookedUp = []string{"libnss_files.so.2", "libnss_dns.so.2"}

// sharedLibs returns what a program needs of this machine in addition to the libraries in its
// own folders: the loader and the C library's parts.
func sharedLibs(program string, own ...string) ([]string, error) {
	loader, err := interpreter(program)
	if err != nil || loader == "" {
		return nil, err // a static program needs nothing
	}
	found := map[string]bool{loader: true}
	queue, seen := []string{program}, map[string]bool{}
	for _, name := range lookedUp {
		if path := find(name, libraryFolders); path != "" {
			found[path], queue = true, append(queue, path)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		names, err := imported(queue[0])
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if seen[name] || filepath.Base(loader) == name {
				continue
			}
			seen[name] = true
			path := find(name, append(slices.Clone(own), libraryFolders...))
			if path == "" {
				return nil, fmt.Errorf("find %s, which %s needs: it is not in %s", name, filepath.Base(queue[0]), strings.Join(libraryFolders, ", "))
			}
			queue = append(queue, path)
			if !slices.Contains(own, filepath.Dir(path)) {
				found[path] = true
			}
		}
	}
	var all []string
	for path := range found {
		all = append(all, path)
	}
	slices.Sort(all)
	return all, nil
}

func find(name string, folders []string) string {
	for _, dir := range folders {
		if path := filepath.Join(dir, name); isFile(path) {
			return path
		}
	}
	return ""
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// interpreter returns the loader that a program asks for, or "" where it is
// static.
func interpreter(program string) (string, error) {
	f, err := elf.Open(program)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", program, err)
	}
	defer func() { _ = f.Close() }()
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		text, err := io.ReadAll(p.Open())
		if err != nil {
			return "", fmt.Errorf("read %s: %w", program, err)
		}
		return strings.TrimRight(string(text), "\x00"), nil
	}
	return "", nil
}

func imported(path string) ([]string, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	defer func() { _ = f.Close() }()
	names, err := f.ImportedLibraries()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return names, nil
}
