package main

import (
	"errors"
	"strings"
	"testing"

	"milvus-tls-e2e/fixtures/versions"
)

func TestChooseProvider(t *testing.T) {
	wheel := versions.Release{Version: "2.3.5", Wheel: versions.Wheel{File: "w"}}
	image := versions.Release{Version: "2.5.16"}
	both := []versions.Release{wheel, image}
	images := func(text string) imageSources {
		s, err := readImages(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	tests := []struct {
		name     string
		s        settings
		noEngine bool
		want     string // the provider and its releases
		why      string // what it or its error says
	}{
		{"nothing asked", settings{versions: both}, true, "process 2.3.5", "PyPI"},
		{"a release with a wheel", settings{versions: both[:1], byName: true}, true, "process 2.3.5", "process here"},
		{"a release without one", settings{versions: both[1:], byName: true}, false, "docker 2.5.16", "an engine answers"},
		{"both", settings{versions: both, byName: true}, false, "docker 2.3.5 2.5.16", "2.5.16"},
		{"a release without one, no engine", settings{versions: both[1:], byName: true}, true, "", "needs docker: no engine"},
		{"a release without one as a process", settings{versions: both[1:], byName: true, provider: byProcess}, false, "", "PROVIDER=docker"},
		{"docker", settings{versions: both, provider: byDocker}, false, "docker 2.3.5 2.5.16", "asked for"},
		{"docker, no engine", settings{versions: both, provider: byDocker}, true, "", "no engine"},
		{"local images", settings{versions: both, images: images("local")}, false, "docker 2.3.5", "IMAGES=local"},
		{"a local image that cannot be", settings{versions: both[1:], byName: true, images: images("local")}, false, "", "no local image"},
		{"local images of one release", settings{versions: both, byName: true, images: images("2.3=local")}, false, "docker 2.3.5 2.5.16", "IMAGES=2.3=local"},
		{"a local image of another release", settings{versions: both, images: images("2.5.16=local")}, false, "", "no local image"},
		{"images of a release that is not judged", settings{versions: both[:1], byName: true, images: images("2.5=official")}, false, "", "2.5 is not judged"},
		{"a binary", settings{bin: "milvus"}, true, "process", "MILVUS_BIN"},
		{"a binary in a container", settings{bin: "milvus", provider: byDocker}, false, "", "MILVUS_BIN"},
	}
	for _, tt := range tests {
		got, err := tt.s.choose(func() error {
			if tt.noEngine {
				return errors.New("no engine")
			}
			return nil
		})
		said := got.why
		if err != nil {
			said = err.Error()
		}
		if got.byDefault != (tt.name == "nothing asked") {
			t.Errorf("%s: nobody asked: %v", tt.name, got.byDefault)
		}
		chosen := strings.TrimSpace(got.provider + " " + strings.Join(numbers(got.versions), " "))
		if chosen != tt.want || !strings.Contains(said, tt.why) || (err != nil) != (tt.want == "") {
			t.Errorf("%s: %q, %q; want %q and %q", tt.name, chosen, said, tt.want, tt.why)
		}
	}
}
