package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"
)

// labelInput is what a local image was made from.
const labelInput = "milvus-tls-e2e.input"

// localPrefix starts the name of every local image.
const localPrefix = "milvus-tls-e2e/"

// LocalMilvus is the name of the local image of a release.
func LocalMilvus(version string) string { return localPrefix + "milvus:" + version }

// LocalEtcd and LocalMinIO are the names of the local images of the backends.
const (
	LocalEtcd  = localPrefix + "etcd:local"
	LocalMinIO = localPrefix + "minio:local"
)

// An Input is what one local image is made from.
type Input struct {
	Name string // of the image
	// Folder holds it: bin/ and configs/ of a release, or the program of a
	// backend. It is pinned by its name and not read to see whether it changed.
	Folder string
}

// Make makes a local image where there is none of this input yet, without a
// registry. It reports whether it did.
func (e *Engine) Make(ctx context.Context, in Input) (made bool, err error) {
	r, err := in.root()
	if err != nil {
		return false, fmt.Errorf("make image %s: %w", in.Name, err)
	}
	parent := filepath.Base(filepath.Dir(in.Folder))
	key, err := r.key(parent+"/"+filepath.Base(in.Folder), in.Folder)
	if err != nil {
		return false, fmt.Errorf("make image %s: %w", in.Name, err)
	}
	old, err := e.client.ImageInspect(ctx, in.Name)
	switch {
	case err == nil && old.Config != nil && old.Config.Labels[labelInput] == key:
		return false, nil
	case err != nil && !errdefs.IsNotFound(err):
		return false, fmt.Errorf("make image %s: %w", in.Name, err)
	}
	if err := e.load(ctx, in.Name, r, key); err != nil {
		return false, fmt.Errorf("make image %s: %w", in.Name, err)
	}
	if old.ID != "" { // what it replaces has no name any more
		_, err := e.client.ImageRemove(ctx, old.ID, client.ImageRemoveOptions{})
		if err != nil && !gone(err) {
			return true, fmt.Errorf("remove the image that %s replaces: %w", in.Name, err)
		}
	}
	return true, nil
}

// root lays out an input by what its image is called.
func (in Input) root() (root, error) {
	switch name := strings.TrimPrefix(in.Name, localPrefix); {
	case strings.HasPrefix(name, "milvus:"):
		return milvusRoot(in.Folder)
	case in.Name == LocalEtcd:
		r, err := programRoot(filepath.Join(in.Folder, "etcd"), "/usr/local/bin/etcd")
		r.changes = []string{"ENV PATH=/usr/local/bin", `CMD ["etcd"]`, "EXPOSE 2379 2380"}
		return r, err
	case in.Name == LocalMinIO:
		r, err := programRoot(filepath.Join(in.Folder, "minio"), "/usr/bin/minio")
		r.changes = []string{"ENV PATH=/usr/bin", `ENTRYPOINT []`, `CMD ["minio"]`, "EXPOSE 9000"}
		return r, err
	}
	return root{}, fmt.Errorf("nobody knows what is in an image of this name")
}

// load sends a root to the engine as an image.
func (e *Engine) load(ctx context.Context, name string, r root, key string) error {
	read, write := io.Pipe()
	packed := make(chan error, 1)
	go func() {
		err := r.write(write)
		write.CloseWithError(err)
		packed <- err
	}()
	repository, tag := cutTag(name)
	changes := append(append([]string{}, r.changes...), "LABEL "+labelInput+"="+key)
	said, err := e.client.ImageImport(ctx, client.ImageImportSource{Source: read, SourceName: "-"}, repository,
		client.ImageImportOptions{Tag: tag, Changes: changes})
	if err == nil {
		err = errors.Join(readAnswer(said, func(jsonstream.Message) {}), said.Close())
	}
	read.CloseWithError(errors.New("the engine did not take it"))
	if failed := <-packed; failed != nil && err == nil {
		err = failed
	}
	if err != nil && strings.Contains(err.Error(), noSpace) {
		return e.full()
	}
	return err
}

// An Image is one that the engine has.
type Image struct {
	ID     string // what to start
	Digest string // of its manifest where it came from a registry, else of the image
	Root   bool   // it runs as root
}

// Find gives the image of a name. One of a registry is pulled where the engine
// lacks it, with its progress in log, and refused where a digest is pinned and it
// has another.
func (e *Engine) Find(ctx context.Context, name, digest string, log io.Writer) (Image, error) {
	at := reference(name, digest)
	found, err := e.client.ImageInspect(ctx, at)
	if errdefs.IsNotFound(err) {
		if strings.HasPrefix(name, localPrefix) {
			return Image{}, fmt.Errorf("there is no image %s: run `make images`", name)
		}
		if err := e.pull(ctx, at, log); err != nil {
			return Image{}, e.missing(ctx, name, digest, err)
		}
		found, err = e.client.ImageInspect(ctx, at)
	}
	if err != nil {
		return Image{}, fmt.Errorf("look at image %s: %w", at, err)
	}
	image := Image{ID: found.ID, Digest: strings.TrimPrefix(found.ID, "sha256:"), Root: true}
	for _, d := range found.RepoDigests {
		if _, sum, cut := strings.Cut(d, "@sha256:"); cut {
			image.Digest = sum
		}
	}
	if found.Config != nil {
		user, _, _ := strings.Cut(found.Config.User, ":")
		image.Root = user == "" || user == "root" || user == "0"
	}
	return image, nil
}

// reference names an image for an engine, by its digest where that is pinned.
func reference(name, digest string) string {
	if digest == "" {
		return name
	}
	repository, _ := cutTag(name)
	return repository + "@" + digest
}

// Availability is whether images can be had, in words that follow them.
type Availability string

// Whether an image can be had.
const (
	Present  Availability = "are here"
	Pullable Availability = "can be pulled"
)

// Available tells whether the engine has an image, or can pull it, without doing
// so. It asks the registry by way of the engine, which may have mirrors and logins
// of its own.
func (e *Engine) Available(ctx context.Context, name, digest string) (Availability, error) {
	at := reference(name, digest)
	_, err := e.client.ImageInspect(ctx, at)
	switch {
	case err == nil:
		return Present, nil
	case !errdefs.IsNotFound(err):
		return "", fmt.Errorf("look at image %s: %w", at, err)
	}
	if _, err := e.client.DistributionInspect(ctx, at, client.DistributionInspectOptions{}); err != nil {
		return "", e.missing(ctx, name, digest, err)
	}
	return Pullable, nil
}

// missing says in one line that an image is not to be had, or is another one.
func (e *Engine) missing(ctx context.Context, name, digest string, pulled error) error {
	if digest != "" {
		if _, err := e.client.ImageInspect(ctx, name); err == nil {
			return fmt.Errorf("the engine's image %s is not the one that is pinned (%s), and that cannot be pulled: %s", name, digest, own(pulled))
		}
		name += "@" + digest
	}
	return fmt.Errorf("there is no image %s, and it cannot be pulled: %s", name, own(pulled))
}

// own gives an engine's own words, without those of who handed them on.
func own(err error) string {
	words := err.Error()
	if _, said, cut := strings.Cut(words, "Error response from daemon: "); cut {
		words = said
	}
	return strings.Join(strings.Fields(words), " ")
}

// cutTag takes a name apart from its tag.
func cutTag(name string) (repository, tag string) {
	i := strings.LastIndex(name, ":")
	if i < 0 || strings.Contains(name[i:], "/") {
		return name, ""
	}
	return name[:i], name[i+1:]
}

// Forget removes every local image, and says which.
func (e *Engine) Forget(ctx context.Context) ([]string, error) {
	found, err := e.client.ImageList(ctx, client.ImageListOptions{Filters: client.Filters{}.Add("label", labelInput)})
	if err != nil {
		return nil, fmt.Errorf("list images: %w", err)
	}
	var names []string
	for _, i := range found.Items {
		_, err := e.client.ImageRemove(ctx, i.ID, client.ImageRemoveOptions{Force: true})
		if err != nil && !gone(err) {
			return names, fmt.Errorf("remove image: %w", err)
		}
		names = append(names, i.RepoTags...)
	}
	return names, nil
}
