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

	"milvus-tls-e2e/harness/deploy"
)

const labelInput = "milvus-tls-e2e.input"

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
	return root{}, fmt.Errorf("what is in an image of this name is not known")
}

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
	if err != nil && strings.Contains(err.Error(), deploy.NoSpace) {
		return e.full()
	}
	return err
}

// RemoveLocalImages removes every local image, and returns their names.
func (e *Engine) RemoveLocalImages(ctx context.Context) ([]string, error) {
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
