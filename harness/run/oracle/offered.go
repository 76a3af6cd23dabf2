package oracle

import (
	"context"
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Fetch has the go command fetch a release, or the nearest patch release of the same minor
// one that can be had, and gives which it is. A run has no network to do so itself.
func Fetch(ctx context.Context, release string) (string, error) {
	if release == "" || "go"+release == runtime.Version() {
		return release, nil
	}
	dir, err := os.MkdirTemp("", "milvus-tls-e2e-oracle")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	of, err := offered(ctx, dir, release)
	if err != nil {
		return "", err
	}
	_, err = command(ctx, dir, "go"+of, nil, "version")
	return of, err
}

// offered returns a release, or the one nearest to it of those that can be had.
func offered(ctx context.Context, dir, release string) (string, error) {
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module oracle.example/x509\n"), 0o600); err != nil {
		return "", err
	}
	list, err := command(ctx, dir, "local", nil, "list", "-m", "-versions", "golang.org/toolchain")
	if err != nil {
		return "", err
	}
	return nearest(release, toolchains(string(list)))
}

// toolchains returns the releases for this machine of what the go command lists.
func toolchains(list string) (releases []string) {
	for one := range strings.FieldsSeq(list) {
		named, is := strings.CutPrefix(one, "v0.0.1-go")
		release, here := strings.CutSuffix(named, "."+runtime.GOOS+"-"+runtime.GOARCH)
		if is && here && version.IsValid("go"+release) {
			releases = append(releases, release)
		}
	}
	return releases
}

// nearest returns the release itself where it is among others, or the first one of its minor
// release after it, or the last one before it.
func nearest(release string, among []string) (best string, err error) {
	compare := func(a, b string) int { return version.Compare("go"+a, "go"+b) }
	for _, one := range among {
		if minorOf(one) != minorOf(release) || strings.ContainsAny(one, "abcr") {
			continue // of another minor release, or before it was one
		}
		after, later := compare(one, release) >= 0, best != "" && compare(best, release) >= 0
		switch {
		case best == "", after && !later, after && later && compare(one, best) < 0, !after && !later && compare(one, best) > 0:
			best = one
		}
	}
	if best == "" {
		return "", fmt.Errorf("no release of Go %s can be had here", minorOf(release))
	}
	return best, nil
}

// minorOf returns a release without its patch: 1.20 of 1.20.4. Which defaults a program has
// (GODEBUG) goes by that.
func minorOf(release string) string { return strings.TrimPrefix(version.Lang("go"+release), "go") }
