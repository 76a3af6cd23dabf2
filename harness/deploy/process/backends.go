package process

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Backends returns the folder with etcd and minio, built from the Go module at
// source, which pins both. object is false where no MinIO is needed.
func (c Cache) Backends(ctx context.Context, source string, object bool) (string, error) {
	name, err := pins(source, "go.mod", "go.sum", "etcd/main.go")
	if err != nil {
		return "", fmt.Errorf("find the etcd and MinIO module: %w", err)
	}
	packages := map[string]string{"etcd": "./etcd"}
	if object {
		packages["minio"] = "github.com/minio/minio"
	}
	dir := ""
	for _, server := range []string{"etcd", "minio"} {
		if packages[server] == "" {
			continue
		}
		built, err := c.fill(filepath.Join("backends", name, server), func(dir string) error {
			return c.build(ctx, source, packages[server], filepath.Join(dir, server))
		})
		if err != nil {
			return "", err
		}
		dir = filepath.Dir(built)
	}
	return dir, nil
}

// Compose returns the program that runs Compose files, built from the Go module
// at source.
func (c Cache) Compose(ctx context.Context, source string) (string, error) {
	name, err := pins(source, "go.mod", "go.sum", "main.go")
	if err != nil {
		return "", fmt.Errorf("find the Compose module: %w", err)
	}
	dir, err := c.fill(filepath.Join("compose", name), func(dir string) error {
		return c.build(ctx, source, ".", filepath.Join(dir, "compose"))
	})
	return filepath.Join(dir, "compose"), err
}

// pins names what a module at source is built from: its files and the compiler.
func pins(source string, files ...string) (string, error) {
	pins := sha256.New()
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", fmt.Errorf("%w (run from the project's folder)", err)
		}
		pins.Write(text)
	}
	pins.Write([]byte(runtime.Version()))
	return hex.EncodeToString(pins.Sum(nil))[:12], nil
}

func (c Cache) build(ctx context.Context, source, pkg, to string) error {
	c.say("%s: building from its pinned Go module (minutes the first time, never again)", filepath.Base(to))
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", to, pkg)
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOWORK=off", "GOFLAGS=-mod=readonly -buildvcs=false")
	var said tail
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, waitDelay
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("build %s: %s", filepath.Base(to), said.last(err))
	}
	return nil
}
