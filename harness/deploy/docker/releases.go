package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/milvus"
)

// containers are what the servers of a run are made of, as images.
type containers struct {
	engine *Engine
	cache  process.Cache
	images imageSources
	store  string // STORAGE, or ""
	run    string // a folder, for what is started to ask its version

	compose string // the program that runs Compose files
	log     io.Writer
}

func findServers(ctx context.Context, r deploy.Request) (servers []harness.Server, err error) {
	c := containers{store: r.Storage, log: r.Log}
	if c.images, err = readImages(r.Getenv(imagesVariable)); err != nil {
		return nil, err
	}
	if c.engine, err = Open(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.engine.Close()) }()
	fmt.Fprintln(r.Log, c.engine)
	if c.cache, err = process.UserCache(r.Log); err != nil {
		return nil, err
	}
	run, remove, err := process.Folder()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.engine.Remove(context.WithoutCancel(ctx), run), remove()) }()
	c.run = run
	if c.compose, err = c.cache.Compose(ctx, filepath.Join("fixtures", "compose")); err != nil {
		return nil, err
	}
	for _, v := range r.Releases {
		server, err := c.find(ctx, v)
		if err != nil {
			return nil, fmt.Errorf("milvus %s: %w", v.Version, err)
		}
		servers = append(servers, server)
	}
	if r.Upgrade {
		deploy.ShareStorage(servers)
		sayHandOver(r.Log, servers)
	}
	return servers, nil
}

// sayHandOver reports that a server replaces one that runs as another user, where the provider
// has to do an operator's work.
func sayHandOver(log io.Writer, servers []harness.Server) {
	asRoot := func(s harness.Server) bool { return !slices.Contains(s.Features, harness.NotPrivileged) }
	for i := 1; i < len(servers); i++ {
		if old, next := servers[i-1], servers[i]; asRoot(old) && !asRoot(next) {
			fmt.Fprintf(log, "the image of %s runs as root, and that of %s does not: what %s leaves on its volume is given to the other user before the start, as an operator does it with chown\n",
				old.Version, next.Version, old.Version)
		}
	}
}

func (c containers) find(ctx context.Context, v versions.Release) (harness.Server, error) {
	images, storage, local := v.Image, "object", c.images.local(v)
	if local {
		images, storage = localImages(v), v.Storage
	}
	if c.store != "" {
		storage = c.store
	}
	found, err := c.image(ctx, images.Milvus, local)
	if err != nil && process.HasWheel(v) && !local {
		err = fmt.Errorf("%w (IMAGES=local does without a registry, after `make images`)", err)
	}
	if err != nil {
		return harness.Server{}, err
	}
	where := map[string]string{WhereImage: found.ID, WhereCompose: c.compose}
	for key, name := range map[string]versions.Image{WhereEtcd: images.Etcd, WhereMinIO: images.MinIO} {
		backend, err := c.image(ctx, name, local)
		if err != nil {
			return harness.Server{}, err
		}
		where[key] = backend.ID
	}
	reported, err := c.identify(ctx, found)
	if err != nil {
		return harness.Server{}, fmt.Errorf("start image %s once to ask its version: %w", images.Milvus.Name, err)
	}
	if milvus.Core(reported) != v.Version {
		return harness.Server{}, fmt.Errorf("the server in image %s calls itself %q", images.Milvus.Name, reported)
	}
	return harness.Server{
		Version: v.Version, Line: milvus.Line(v.Version), ServerVersion: reported, Digest: found.Digest, Provider: name,
		Storage: storage, Boots: v.Boots, Features: c.features(v, found, local), Where: where,
	}, nil
}

func (c containers) image(ctx context.Context, i versions.Image, local bool) (Image, error) {
	if i.Digest == "" && !local {
		fmt.Fprintf(c.log, "%s is unpinned: it is what its tag leads to today\n", i.Name)
	}
	return c.engine.Find(ctx, i.Name, i.Digest, c.log)
}

// features are those of the release as an image has it. Where containers are
// reached through published ports, a server's log names an address that is not
// the client's, so its line about a refusal cannot be joined.
func (c containers) features(v versions.Release, i Image, local bool) []harness.Feature {
	features := v.Has()
	if !c.engine.Direct {
		features = versions.Unlogged(features)
	}
	// What is mounted keeps its owner here, so only root can give it to another.
	if c.engine.Direct && (i.Root || os.Geteuid() == 0) {
		features = append(features, harness.HasCompose)
	}
	if !local {
		features = append(features, harness.ShipsCA) // whether it does is seen in the image, when it is needed
	}
	if !i.Root {
		features = append(features, harness.NotPrivileged)
	}
	return features
}

func localImages(v versions.Release) versions.Images {
	return versions.Images{
		Milvus: versions.Image{Name: LocalMilvus(v.Version)},
		Etcd:   versions.Image{Name: LocalEtcd},
		MinIO:  versions.Image{Name: LocalMinIO},
	}
}

// identify returns what the server in an image calls itself. The answer is kept
// by the image's digest: an image is started for it once.
func (c containers) identify(ctx context.Context, i Image) (string, error) {
	kept := filepath.Join(c.cache.Dir, "identified", i.Digest)
	if text, err := os.ReadFile(kept); err == nil && milvus.Core(string(text)) != "" {
		return string(text), nil
	}
	reported, err := c.engine.Identify(ctx, c.run, i.ID)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return "", err
	}
	return reported, os.WriteFile(kept, []byte(reported), 0o644)
}
