package docker

import (
	"context"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/process/isolate"
)

const name = "docker"

const imagesVariable = "IMAGES"

// Registration is that of servers that run as containers of an engine.
var Registration = deploy.Registration{
	Name: name,
	Asked: func(r deploy.Request) string {
		if text := r.Getenv(imagesVariable); text != "" {
			return imagesVariable + "=" + text + " asks for containers"
		}
		return ""
	},
	Check: func(r deploy.Request) error {
		s, err := readImages(r.Getenv(imagesVariable))
		if err != nil {
			return err
		}
		return s.fits(r.Releases)
	},
	Deploys: func(r deploy.Request, v versions.Release) bool {
		return v.Image.Milvus.Name != "" && !sources(r).impossible(v)
	},
	Common: func(r deploy.Request) string {
		switch s := sources(r); {
		case s.all:
			return "a local image can be made of"
		case s.text != "":
			return imagesVariable + "=" + s.text + " has an image of"
		}
		return "has an official image"
	},
	Lacking: func(_ deploy.Request, all []versions.Release) string { return lacking(all...) },
	Usable: func(ctx context.Context) (string, error) {
		e, err := Open(ctx)
		if err != nil {
			return "", err
		}
		return e.String(), e.Close()
	},
	Newest:        newest,
	Find:          findServers,
	Machine:       func() []harness.Feature { return []harness.Feature{harness.PrivateTrust} }, // an image is of its own
	OwnNamespaces: true,
	Variables:     Variables,
	Start: func(ctx context.Context, r deploy.Run) (deploy.Provider, isolate.Kind, error) {
		engine, err := Open(ctx)
		if err != nil {
			return nil, "", err
		}
		if _, err := engine.Sweep(ctx, process.Lives); err != nil {
			return nil, "", err
		}
		p, err := New(ctx, engine, r.Dir, r.Certs, r.Servers)
		return p, isolate.Kind("containers of " + engine.String() + ", nothing published but on loopback"), err
	},
	Sweep: sweep,
}

// sources are those of the user's variable, whose errors Check reports.
func sources(r deploy.Request) imageSources {
	s, err := readImages(r.Getenv(imagesVariable))
	if err != nil {
		return imageSources{}
	}
	return s
}

// sweep removes what killed runs left in the engine, where one answers.
func sweep(ctx context.Context, cache bool) ([]string, error) {
	e, err := Open(ctx)
	if err != nil {
		return nil, nil //nolint:nilerr // without an engine there is nothing in it
	}
	defer func() { _ = e.Close() }()
	removed, err := e.Sweep(ctx, process.Lives)
	if cache && err == nil {
		var images []string
		images, err = e.RemoveLocalImages(ctx)
		removed = append(removed, images...)
	}
	return removed, err
}
