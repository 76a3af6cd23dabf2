package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process"
)

// own is a server program that the user names, and its folders.
type own struct {
	variable          string // which names it
	bin, lib, configs string
}

// programs tells whether a server is a program that the user names.
func (s settings) programs() bool { return s.bin != "" || s.from.bin != "" }

// program is the variable that names it.
func (s settings) program() string {
	if s.bin == "" {
		return s.from.variable
	}
	return "MILVUS_BIN"
}

// ownServers gives the servers that the user names: the one to upgrade from, and
// MILVUS_BIN's.
func (s settings) ownServers(ctx context.Context, cache process.Cache) (before, after []harness.Server, err error) {
	of := func(o own) ([]harness.Server, error) {
		if o.bin == "" {
			return nil, nil
		}
		server, err := o.server(ctx, cache)
		if err != nil {
			return nil, fmt.Errorf("%s=%s: %w", o.variable, o.bin, err)
		}
		return []harness.Server{server}, nil
	}
	if before, err = of(s.from); err == nil {
		after, err = of(own{"MILVUS_BIN", s.bin, s.lib, s.configs})
	}
	return before, after, err
}

// server looks at the program. What is not known of its release is taken from
// the one that it is most like.
func (o own) server(ctx context.Context, cache process.Cache) (harness.Server, error) {
	binary, err := filepath.Abs(o.bin)
	if err != nil {
		return harness.Server{}, err
	}
	info, err := os.Stat(binary)
	switch {
	case err != nil:
		return harness.Server{}, errors.New("there is no such file")
	case info.IsDir():
		return harness.Server{}, errors.New("it is a folder: name the milvus binary in it")
	case info.Mode()&0o111 == 0:
		return harness.Server{}, errors.New("it is not executable (chmod +x it)")
	}
	lib, err := o.folder("LIB", o.lib)
	if err != nil {
		return harness.Server{}, err
	}
	configs, err := o.folder("CONFIGS", o.configs)
	if err != nil {
		return harness.Server{}, err
	}
	server, err := identified(ctx, cache, binary, lib, configs)
	if err != nil {
		return harness.Server{}, err
	}
	known, err := like(server.Version)
	if err != nil {
		return harness.Server{}, err
	}
	server.Storage, server.Features, server.Boots = known.Storage, append(known.Has(), harness.OwnBuild), known.Boots
	if process.ShipsCA(configs) {
		server.Features = append(server.Features, harness.ShipsCA)
	}
	engine, err := process.HasVectorEngine(binary)
	if err == nil && !engine {
		server.Features = append(server.Features, harness.NoVectorEngine)
	}
	return server, err
}

// folder gives the path of one of the program's folders; "" where none is named.
func (o own) folder(kind, dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("%s=%s is no folder", strings.TrimSuffix(o.variable, "BIN")+kind, dir)
	}
	return filepath.Abs(dir)
}
