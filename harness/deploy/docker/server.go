package docker

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// Where things are in a Milvus image, official or local.
const (
	workFolder   = "/milvus"
	configFolder = "/milvus/configs"
	tlsFolder    = "/milvus/tls"
	dataFolder   = "/var/lib/milvus"
)

// outside are the ports that are published where the engine is elsewhere.
var outside = []harness.Port{harness.GRPC, harness.HTTP, harness.Management, harness.InternalProxy}

type server struct {
	*running
	setup milvus.Setup
	keeps keeping
}

// Addr returns the address of a port; REST's is gRPC's where they share one.
func (s *server) Addr(p harness.Port) string {
	switch {
	case p == harness.Etcd && s.keeps.etcd != nil:
		return s.keeps.etcd.at(etcdPort)
	case p == harness.Store && s.keeps.object != nil:
		return s.keeps.object.at(minioPort)
	case p == harness.HTTP && s.setup.RESTShares():
		p = harness.GRPC
	}
	return s.at(s.setup.Port(string(p)))
}

// Capabilities are those of a container on a network of the run's own, by the
// engine's clock. What Compose started is replaced by nothing.
func (s *server) Capabilities() deploy.Capabilities {
	return deploy.Capabilities{
		Capture:    deploy.Cannot[string]("the components speak to each other in a network of their own"),
		Succession: deploy.Cannot[deploy.Succession]("another release cannot take the place of a server that Compose started"),
		Ran:        s.ran, Lost: func() error { return s.lost },
	}
}

// Where names the container.
func (s *server) Where() string { return fmt.Sprintf("container %s (docker logs %s)", s.name, s.name) }

// Deploy starts one Milvus.
func (p *Provider) Deploy(ctx context.Context, s deploy.Spec) (deploy.Deployment, error) {
	began := p.deploy
	if s.Change.Layout != "" {
		began = p.deployComposed
	}
	d, err := began(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	return d, nil
}

func (p *Provider) deploy(ctx context.Context, s deploy.Spec) (deploy.Deployment, error) {
	at, err := p.newPlace(ctx, s)
	if err != nil {
		return nil, err
	}
	started, err := p.startAt(ctx, s, at, at.root)
	if err != nil {
		return nil, alone(err, p.leave(at))
	}
	at.published = started.published
	return &upgradable{server: started, provider: p, place: at, first: true}, nil
}

func (p *Provider) startAt(ctx context.Context, s deploy.Spec, at *place, name string) (*server, error) {
	settings := s.Server
	if s.Settings != nil {
		settings = *s.Settings
	}
	stock, err := p.fromImage(ctx, imageFile{settings.Where[WhereImage], stockConfig})
	if err != nil {
		return nil, err
	}
	setup, err := setupOf(s, stock, at.root, at.keeps.Storage)
	if err != nil {
		return nil, err
	}
	files, err := p.contents(ctx, s, stock, setup)
	if err != nil {
		return nil, err
	}
	var before *owner
	if at.first() { // an image that has no such folder leaves a new volume to root
		files = append(files, file{path: dataFolder, folder: true})
	} else {
		before = &at.user
	}
	started, err := p.began(ctx, containerSpec{
		image: s.Server.Where[WhereImage], name: name, cmd: []string{"milvus", "run", "standalone"}, env: environment(setup), files: files,
		ports: toPublish(setup), listens: setup.Ports, volume: at.volume, ownedBy: before, address: at.address, published: at.published,
	})
	if err != nil {
		return nil, err
	}
	at.user, _ = p.engine.knownUser(s.Server.Where[WhereImage])
	return &server{running: started, setup: setup, keeps: at.keeps}, nil
}

// setupOf is what the server is configured from, with a root of its own in its
// backends. stock is the milvus.yaml that its configuration starts from.
func setupOf(s deploy.Spec, stock []byte, root string, storage milvus.Storage) (milvus.Setup, error) {
	setup := milvus.Setup{
		Topology: s.Topology, Change: s.Change, Files: pki.ServerFiles{Dir: mounted[s.Change.Layout]}, Data: dataFolder, Work: workFolder,
		Storage: storage, Followed: s.Followed, Refusals: milvus.LogsRefusals(s.Server),
	}
	setup.Storage.Root = root
	var err error
	if s.CustomConfig == nil {
		setup.Ports, err = defaultPorts(stock)
		return setup, err
	}
	setup.Given = &milvus.CustomConfig{Config: s.CustomConfig.Config, User: s.CustomConfig.User}
	if s.CustomConfig.OwnPorts {
		setup.Ports, err = milvus.PortsOf(stock, s.CustomConfig.Config)
	} else {
		setup.Ports, err = defaultPorts(stock)
	}
	return setup, err
}

// defaultPorts are those of a release, as its own milvus.yaml has them:
// containers share no ports, and a 2.6.20 has its coordinator at another one than
// a 2.6.3. REST has the port that the pages give it.
func defaultPorts(stock []byte) ([]int, error) {
	ports, err := milvus.PortsOf(stock)
	for i, r := range milvus.Roles {
		if r.Role == string(harness.HTTP) && err == nil {
			ports[i] = milvus.DefaultRESTPort
		}
	}
	return ports, err
}

// toPublish are the numbers of the published ports; 0 is none. Where components
// speak TLS, clients of the harness's go to their ports too.
func toPublish(setup milvus.Setup) (numbers []int) {
	wanted := outside
	if setup.Topology.Internal != harness.InternalOff {
		wanted = append(slices.Clone(outside), harness.InternalPorts...)
	}
	for _, p := range wanted {
		if n := setup.Port(string(p)); n != 0 && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// An imageFile is a file of an image.
type imageFile struct{ image, path string }

// stockConfig is the milvus.yaml of an image, which a configuration starts from.
var stockConfig = path.Join(configFolder, "milvus.yaml")

// fromImage reads a file of an image, once; it is empty where the image has
// none.
func (p *Provider) fromImage(ctx context.Context, f imageFile) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if text, known := p.files[f]; known {
		return text, nil
	}
	var text []byte
	err := p.engine.inside(ctx, p.run, f.image, func(id string) (err error) {
		text, err = p.engine.readAll(ctx, id, f.path)
		if errdefs.IsNotFound(err) {
			return nil
		}
		return err
	})
	if err == nil {
		p.files[f] = text
	}
	return text, err
}

func (e *Engine) imageUser(ctx context.Context, run, image string) (user owner, err error) {
	if known, is := e.knownUser(image); is {
		return known, nil
	}
	err = e.inside(ctx, run, image, func(id string) error {
		user, err = e.user(ctx, id, image)
		return err
	})
	return user, err
}

// inside inspects an image through a container that never starts.
func (e *Engine) inside(ctx context.Context, run, image string, check func(id string) error) error {
	create, cancel := uninterrupted(ctx)
	defer cancel()
	made, err := e.client.ContainerCreate(create, client.ContainerCreateOptions{
		Config: &container.Config{Image: image, Labels: labels(run), Cmd: []string{"milvus"}},
	})
	if err != nil {
		return fmt.Errorf("look into the image: %w", err)
	}
	never := &running{engine: e, id: made.ID, name: made.ID}
	return errors.Join(check(made.ID), never.Stop())
}
