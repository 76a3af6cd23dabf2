package docker

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/milvus"
)

// Where the images of a release come from.
const (
	imagesLocal    = "local"    // `make images` made them
	imagesOfficial = "official" // a registry has them
)

// imageSources is the value of IMAGES: local for every release, or a source for some
// (2.3.5=local,2.6=official). The others are official.
type imageSources struct {
	text string
	all  bool              // local, every one
	of   map[string]string // a source by the version or the line of a release
}

func readImages(text string) (imageSources, error) {
	s := imageSources{text: text, all: text == imagesLocal, of: map[string]string{}}
	if s.all || text == "" {
		return s, nil
	}
	for _, word := range strings.Split(text, ",") {
		release, source, each := strings.Cut(strings.TrimSpace(word), "=")
		switch {
		case !each || release == "":
			return s, fmt.Errorf("unknown IMAGES=%s: it is local, or a source for each release (2.3.5=local,2.6=official), or unset for the official ones", text)
		case source != imagesLocal && source != imagesOfficial:
			return s, fmt.Errorf("IMAGES=%s: the images of %s are local or official, and not %q", text, release, source)
		case s.of[release] != "":
			return s, fmt.Errorf("IMAGES=%s names %s twice", text, release)
		}
		s.of[release] = source
	}
	return s, nil
}

// local reports whether a release uses the images of `make images`.
func (s imageSources) local(v versions.Release) bool {
	if source := s.of[v.Version]; source != "" {
		return source == imagesLocal
	}
	return s.all || s.of[milvus.Line(v.Version)] == imagesLocal
}

// impossible reports whether a release lacks the requested images: a local one is made from a
// wheel.
func (s imageSources) impossible(v versions.Release) bool { return s.local(v) && !process.HasWheel(v) }

// fits fails where a source is given for a release that is not judged, or that cannot
// have it.
func (s imageSources) fits(releases []versions.Release) error {
	for release := range s.of {
		if !slices.ContainsFunc(releases, func(v versions.Release) bool { return release == v.Version || release == milvus.Line(v.Version) }) {
			return fmt.Errorf("IMAGES=%s: %s is not judged in this run, which has %s", s.text, release, strings.Join(versions.Numbers(releases), ", "))
		}
	}
	for _, v := range releases {
		if !s.all && s.impossible(v) {
			return errors.New(lacking(v))
		}
	}
	return nil
}

func lacking(all ...versions.Release) string {
	return fmt.Sprintf("no local image can be made of Milvus %s: PyPI has no server of it (its official image is used where IMAGES does not say local of it)",
		strings.Join(versions.Numbers(all), ", "))
}
