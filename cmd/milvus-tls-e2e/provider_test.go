package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/docker"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/providers"
)

func TestChooseProvider(t *testing.T) {
	wheel := versions.Release{Version: "2.3.5", Wheel: versions.Wheel{File: "w"}, Image: versions.Images{Milvus: versions.Image{Name: "milvus:v2.3.5"}}}
	image := versions.Release{Version: "2.5.16", Image: versions.Images{Milvus: versions.Image{Name: "milvus:v2.5.16"}}}
	both := []versions.Release{wheel, image}
	tests := []struct {
		name     string
		s        settings
		images   string // IMAGES
		noEngine bool
		want     string // the provider and its releases
		why      string // what it or its error says
	}{
		{"nothing asked", settings{versions: both}, "", true, "process 2.3.5", "PyPI"},
		{"a release with a wheel", settings{versions: both[:1], byName: true}, "", true, "process 2.3.5", "process here"},
		{"a release without one", settings{versions: both[1:], byName: true}, "", false, "docker 2.5.16", "an engine answers"},
		{"both", settings{versions: both, byName: true}, "", false, "docker 2.3.5 2.5.16", "2.5.16"},
		{"a release without one, no engine", settings{versions: both[1:], byName: true}, "", true, "", "needs docker: no engine"},
		{"a release without one as a process", settings{versions: both[1:], byName: true, provider: process.Registration.Name}, "", false, "", "PROVIDER=docker"},
		{"docker", settings{versions: both, provider: docker.Registration.Name}, "", false, "docker 2.3.5 2.5.16", "asked for"},
		{"docker, no engine", settings{versions: both, provider: docker.Registration.Name}, "", true, "", "no engine"},
		{"local images", settings{versions: both}, "local", false, "docker 2.3.5", "IMAGES=local"},
		{"a local image that cannot be", settings{versions: both[1:], byName: true}, "local", false, "", "no local image"},
		{"local images of one release", settings{versions: both, byName: true}, "2.3=local", false, "docker 2.3.5 2.5.16", "IMAGES=2.3=local"},
		{"a local image of another release", settings{versions: both}, "2.5.16=local", false, "", "no local image"},
		{"images of a release that is not judged", settings{versions: both[:1], byName: true}, "2.5=official", false, "", "2.5 is not judged"},
		{"a binary", settings{program: &deploy.Program{Variable: "MILVUS_BIN", Bin: "milvus"}}, "", true, "process", "MILVUS_BIN"},
		{"a binary in a container", settings{program: &deploy.Program{Variable: "MILVUS_BIN", Bin: "milvus"}, provider: docker.Registration.Name}, "", false, "", "MILVUS_BIN"},
	}
	for _, tt := range tests {
		t.Setenv("IMAGES", tt.images)
		var none error
		if tt.noEngine {
			none = errors.New("no engine")
		}
		got, err := tt.s.choose(t.Context(), usable(none))
		said := got.why
		if err != nil {
			said = err.Error()
		}
		if got.byDefault != (tt.name == "nothing asked") {
			t.Errorf("%s: nobody asked: %v", tt.name, got.byDefault)
		}
		chosen := strings.TrimSpace(got.Name + " " + strings.Join(versions.Numbers(got.request.Releases), " "))
		if chosen != tt.want || !strings.Contains(said, tt.why) || (err != nil) != (tt.want == "") {
			t.Errorf("%s: %q, %q; want %q and %q", tt.name, chosen, said, tt.want, tt.why)
		}
	}
}

// usable returns the providers on a machine on which processes run, and containers unless
// there is an error.
func usable(noEngine error) []deploy.Registration {
	all := slices.Clone(providers.All)
	for i := range all {
		all[i].Usable = func(context.Context) (string, error) { return "", nil }
		if all[i].Name == docker.Registration.Name {
			all[i].Usable = func(context.Context) (string, error) { return "an engine answers", noEngine }
		}
	}
	return all
}
