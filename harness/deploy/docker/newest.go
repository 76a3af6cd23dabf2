package docker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milvus-tls-e2e/fixtures/versions"
)

// registryBound is how long an engine may take to find out whether it could pull
// the images of a release. Nothing is pulled.
const registryBound = 3 * time.Second

func newest(ctx context.Context, v versions.Release) (string, error) {
	bound, cancel := context.WithTimeout(ctx, registryBound)
	defer cancel()
	e, err := Open(bound)
	if err != nil {
		return "", err
	}
	defer func() { _ = e.Close() }()
	has, err := imagesOf(ctx, e, v)
	return string(has), err
}

// An imageFinder is an engine that can look for an image.
type imageFinder interface {
	Available(ctx context.Context, name, digest string) (Availability, error)
}

// imagesOf reports whether an engine has the images of a release, or could pull the missing
// ones.
func imagesOf(ctx context.Context, e imageFinder, v versions.Release) (Availability, error) {
	ctx, cancel := context.WithTimeout(ctx, registryBound)
	defer cancel()
	all := Present
	for _, image := range v.Image.All() {
		found, err := e.Available(ctx, image.Name, image.Digest)
		switch {
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return "", fmt.Errorf("the registry of %s did not answer within %s", image.Name, registryBound)
		case err != nil:
			return "", err
		case found != Present:
			all = found
		}
	}
	return all, nil
}
