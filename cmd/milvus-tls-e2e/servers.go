package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/Masterminds/semver/v3"
	"golang.org/x/sync/errgroup"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/suites/claims"
)

// findServers fetches, builds and identifies what is to be judged as processes
// of this machine. In an upgrade the one that takes over is the last.
func findServers(ctx context.Context, cache process.Cache, s settings, releases []versions.Release) ([]harness.Server, error) {
	before, after, err := s.ownServers(ctx, cache)
	if err != nil {
		return nil, err
	}
	servers := make([]harness.Server, len(releases))
	var work errgroup.Group
	for i, v := range releases {
		work.Go(func() (err error) {
			servers[i], err = fetchServer(ctx, cache, s, v)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	servers = slices.Concat(before, servers, after)
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
func fetchWheel(ctx context.Context, cache process.Cache, s settings, v versions.Release) (string, error) {
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

func fetchServer(ctx context.Context, cache process.Cache, s settings, v versions.Release) (harness.Server, error) {
	dir, err := fetchWheel(ctx, cache, s, v)
	if err != nil {
		return harness.Server{}, err
	}
	server, err := identified(ctx, cache, filepath.Join(dir, "bin", "milvus"), filepath.Join(dir, "bin"), filepath.Join(dir, "configs"))
	if err != nil {
		return harness.Server{}, fmt.Errorf("milvus %s: %w", v.Version, err)
	}
	if server.Version != v.Version {
		return harness.Server{}, fmt.Errorf("milvus %s: the wheel's server calls itself %s", v.Version, server.ServerVersion)
	}
	server.Storage, server.Features, server.Boots = v.Storage, v.Has(), v.Boots
	return server, nil
}

func whichWheel(path string) (process.Wheel, error) {
	known, err := versions.All()
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

// like gives what is known of a release, whether or not a file describes it.
func like(version string) (versions.Release, error) {
	known, err := versions.All()
	if err != nil {
		return versions.Release{}, err
	}
	return versions.Find(known, version)
}

// featuresOf gives what a release has that somebody else runs: nobody knows
// whether it logs whom it refuses.
func featuresOf(version string) ([]harness.Feature, error) {
	v, err := like(version)
	return versions.Unlogged(v.Has()), err
}

func identified(ctx context.Context, cache process.Cache, binary, lib, configs string) (harness.Server, error) {
	reported, digest, err := identify(ctx, cache, binary, lib, configs)
	if err != nil {
		return harness.Server{}, err
	}
	version := milvus.Core(reported)
	return harness.Server{
		Version: version, Line: milvus.Line(version), ServerVersion: reported, Digest: digest, Provider: byProcess,
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
