package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy/docker"
	"milvus-tls-e2e/harness/milvus"
)

// registryBound is how long an engine may take to find out whether it could pull
// the images of a release. Nothing is pulled.
const registryBound = 3 * time.Second

// judgeNewest is the command that judges a release in containers.
func judgeNewest(v versions.Release) string { return "make e2e VERSION=" + milvus.Line(v.Version) }

// newestRelease gives the newest release that is known.
func newestRelease() (versions.Release, error) {
	known, err := versions.All()
	if err != nil {
		return versions.Release{}, err
	}
	return known[len(known)-1], nil
}

// An imageFinder is an engine that can tell whether it has an image.
type imageFinder interface {
	Available(ctx context.Context, name, digest string) (docker.Availability, error)
}

// imagesOf tells whether an engine has the images of a release, or could pull
// those that it lacks.
func imagesOf(ctx context.Context, e imageFinder, v versions.Release) (docker.Availability, error) {
	ctx, cancel := context.WithTimeout(ctx, registryBound)
	defer cancel()
	all := docker.Present
	for _, image := range v.Image.All() {
		found, err := e.Available(ctx, image.Name, image.Digest)
		switch {
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return "", fmt.Errorf("the registry of %s did not answer within %s", image.Name, registryBound)
		case err != nil:
			return "", err
		case found != docker.Present:
			all = found
		}
	}
	return all, nil
}

// sayNewest says that a run judges what PyPI has, and how to judge the newest
// release, where an engine answers and its images can be had.
func (o *openEngine) sayNewest(ctx context.Context, log io.Writer, judged []versions.Release) {
	bound, cancel := context.WithTimeout(ctx, registryBound)
	defer cancel()
	if o.open(bound) != nil {
		return
	}
	if line := newestLine(bound, o.engine, judged); line != "" {
		fmt.Fprintln(log, line)
	}
}

func newestLine(ctx context.Context, e imageFinder, judged []versions.Release) string {
	newest, err := newestRelease()
	if err != nil {
		return ""
	}
	has, err := imagesOf(ctx, e, newest)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("this run judges %s, which PyPI has; the newest is Milvus %s, whose images %s: %s",
		strings.Join(numbers(judged), " and "), newest.Version, has, judgeNewest(newest))
}

// newestImages is what the doctor finds of the newest release's images.
func newestImages(ctx context.Context, e imageFinder) finding {
	f := finding{name: "images"}
	newest, err := newestRelease()
	if err != nil {
		f.says = err.Error()
		return f
	}
	has, err := imagesOf(ctx, e, newest)
	if err != nil {
		f.says = fmt.Sprintf("%v; so the newest release, Milvus %s, cannot be judged here (%s)", err, newest.Version, judgeNewest(newest))
		return f
	}
	f.ok, f.says = true, fmt.Sprintf("those of Milvus %s %s: %s", newest.Version, has, judgeNewest(newest))
	return f
}
