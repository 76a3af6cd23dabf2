package docker

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// An Image is one that the engine has.
type Image struct {
	ID     string // what to start
	Digest string // of its manifest where it came from a registry, else of the image
	Root   bool   // it runs as root
}

// Find returns the image of a name. One of a registry is pulled where the engine
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

// Availability describes whether images can be had.
type Availability string

// Whether an image can be had.
const (
	Present  Availability = "are here"
	Pullable Availability = "can be pulled"
)

// Available reports whether the engine has an image, or can pull it, without doing so. It asks
// the registry through the engine, which may have mirrors and logins of its own.
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

func (e *Engine) missing(ctx context.Context, name, digest string, pulled error) error {
	if digest != "" {
		if _, err := e.client.ImageInspect(ctx, name); err == nil {
			return fmt.Errorf("the engine's image %s is not the one that is pinned (%s), and that cannot be pulled: %s", name, digest, own(pulled))
		}
		name += "@" + digest
	}
	return fmt.Errorf("there is no image %s, and it cannot be pulled: %s", name, own(pulled))
}

// own returns an engine's own error, without the layers that wrapped it.
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
