package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// programs returns the servers that the user names: the one to upgrade from, and
// MILVUS_BIN's.
func (c Cache) programs(ctx context.Context, r deploy.Request) (before, after []harness.Server, err error) {
	of := func(p *deploy.Program) ([]harness.Server, error) {
		if p == nil {
			return nil, nil
		}
		server, err := ownProgram{p}.server(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("%s=%s: %w", p.Variable, p.Bin, err)
		}
		return []harness.Server{server}, nil
	}
	if before, err = of(r.Before); err == nil {
		after, err = of(r.After)
	}
	return before, after, err
}

// An ownProgram is one that the user names.
type ownProgram struct{ *deploy.Program }

// server inspects the program. Facts that are not known of its release are taken from the most
// similar one.
func (o ownProgram) server(ctx context.Context, cache Cache) (harness.Server, error) {
	binary, err := filepath.Abs(o.Bin)
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
	lib, err := o.folder("LIB", o.Lib)
	if err != nil {
		return harness.Server{}, err
	}
	configs, err := o.folder("CONFIGS", o.Configs)
	if err != nil {
		return harness.Server{}, err
	}
	server, err := cache.identified(ctx, binary, lib, configs)
	if err != nil {
		return harness.Server{}, err
	}
	known, err := versions.Of(server.Version)
	if err != nil {
		return harness.Server{}, err
	}
	server.Storage, server.Features, server.Boots = known.Storage, append(known.Has(), harness.OwnBuild), known.Boots
	if ShipsCA(configs) {
		server.Features = append(server.Features, harness.ShipsCA)
	}
	engine, err := HasVectorEngine(binary)
	if err == nil && !engine {
		server.Features = append(server.Features, harness.NoVectorEngine)
	}
	return server, err
}

// folder returns the path of one of the program's folders; "" where none is named.
func (o ownProgram) folder(kind, dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("%s=%s is no folder", strings.TrimSuffix(o.Variable, "BIN")+kind, dir)
	}
	return filepath.Abs(dir)
}
