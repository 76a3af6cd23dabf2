package process

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// Find fetches, builds and identifies what is to run as processes of this machine.
func (c Cache) Find(ctx context.Context, r deploy.Request) ([]harness.Server, error) {
	before, after, err := c.programs(ctx, r)
	if err != nil {
		return nil, err
	}
	servers := make([]harness.Server, len(r.Releases))
	var work errgroup.Group
	for i, v := range r.Releases {
		work.Go(func() (err error) {
			servers[i], err = c.server(ctx, r, v)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	servers = slices.Concat(before, servers, after)
	if r.Upgrade {
		deploy.ShareStorage(servers)
	}
	object := false
	for i := range servers {
		if r.Storage != "" {
			servers[i].Storage = r.Storage
		}
		object = object || servers[i].Storage == "object"
	}
	backends, err := c.Backends(ctx, filepath.Join("fixtures", "servers"), object)
	if err != nil {
		return nil, err
	}
	kafka := ""
	if r.Clusters && NoKafka() == nil && slices.ContainsFunc(servers, func(s harness.Server) bool { return slices.Contains(s.Features, harness.ByKafka) }) {
		if kafka, err = c.Kafka(ctx, filepath.Join("fixtures", "servers", "kafka")); err != nil {
			return nil, err
		}
	}
	for i := range servers {
		servers[i].Where[WhereBackends] = backends
		if kafka != "" {
			servers[i].Where[WhereKafka] = kafka
		}
	}
	return servers, nil
}

// FetchRelease returns the folder with the server of a release's wheel: the one that
// MILVUS_WHEEL names, or else PyPI's.
func (c Cache) FetchRelease(ctx context.Context, r deploy.Request, v versions.Release) (string, error) {
	given := ""
	if path := r.Getenv("MILVUS_WHEEL"); path != "" {
		which, err := whichWheel(path)
		if err != nil {
			return "", err
		}
		if which.Version == v.Version {
			given = path
		}
	}
	return c.Fetch(ctx, wheelOf(v), given)
}

func (c Cache) server(ctx context.Context, r deploy.Request, v versions.Release) (harness.Server, error) {
	dir, err := c.FetchRelease(ctx, r, v)
	if err != nil {
		return harness.Server{}, err
	}
	server, err := c.identified(ctx, filepath.Join(dir, "bin", "milvus"), filepath.Join(dir, "bin"), filepath.Join(dir, "configs"))
	if err != nil {
		return harness.Server{}, fmt.Errorf("milvus %s: %w", v.Version, err)
	}
	if server.Version != v.Version {
		return harness.Server{}, fmt.Errorf("milvus %s: the wheel's server calls itself %s", v.Version, server.ServerVersion)
	}
	server.Storage, server.Features, server.Boots = v.Storage, v.Has(), v.Boots
	return server, nil
}

// HasWheel reports whether PyPI has a server of a release.
func HasWheel(v versions.Release) bool { return v.Wheel.File != "" }

func wheelOf(v versions.Release) Wheel {
	return Wheel{Version: v.Version, File: v.Wheel.File, SHA256: v.Wheel.SHA256}
}

func whichWheel(path string) (Wheel, error) {
	known, err := versions.All()
	if err != nil {
		return Wheel{}, err
	}
	var wheels []Wheel
	for _, v := range known {
		if HasWheel(v) {
			wheels = append(wheels, wheelOf(v))
		}
	}
	return Which(path, wheels)
}

func (c Cache) identified(ctx context.Context, binary, lib, configs string) (harness.Server, error) {
	reported, digest, err := c.identify(ctx, binary, lib, configs)
	if err != nil {
		return harness.Server{}, err
	}
	version := milvus.Core(reported)
	return harness.Server{
		Version: version, Line: milvus.Line(version), ServerVersion: reported, Digest: digest, Provider: name, Go: builtWith(binary),
		Where: map[string]string{WhereBin: binary, WhereLib: lib, WhereConfigs: configs},
	}, nil
}
