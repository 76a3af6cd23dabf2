package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"

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

// ports are those of every Milvus container, in the order of milvus.Roles:
// containers do not share them, so they can be the documented ones.
var ports = map[string]int{
	"grpc": 19530, "rest": 8080, "management": 9091, "internal-proxy": 19529, "internal-rootcoord": 53100,
	"internal-querycoord": 19531, "internal-querynode": 21123, "internal-indexcoord": 31000, "internal-indexnode": 21121,
	"internal-datacoord": 13333, "internal-datanode": 21124, "internal-mixcoord": 53101, "internal-streamingnode": 22222,
}

// published are the ports that people reach on loopback.
var published = []harness.Port{harness.GRPC, harness.HTTP, harness.Management}

// server is a running Milvus as a deploy.Deployment.
type server struct {
	*running
	topology harness.Topology
}

// Addr gives the address of a port; REST's is gRPC's where they share one.
func (s *server) Addr(p harness.Port) string {
	if p == harness.HTTP && (s.topology.REST == harness.UnsetPort || s.topology.REST == harness.EqualPort) {
		p = harness.GRPC
	}
	return s.at(ports[string(p)])
}

// Where names the container, and where it is reached from this machine.
func (s *server) Where() string {
	return fmt.Sprintf("container %s (docker logs %s), published as gRPC %s, REST %s, management %s", s.name, s.name,
		s.published[ports["grpc"]], s.published[ports["rest"]], s.published[ports["management"]])
}

// Deploy starts one Milvus.
func (p *Provider) Deploy(ctx context.Context, s deploy.Spec) (deploy.Deployment, error) {
	stock, err := p.stockOf(ctx, s.Server.Where[WhereImage])
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	if s.Change.Layout != "" {
		d, err := p.deployComposed(ctx, s, stock)
		if err != nil {
			return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
		}
		return d, nil
	}
	name := p.name(s.Name)
	setup := p.setup(s, name)
	started, err := p.start(ctx, recipe{
		image: s.Server.Where[WhereImage], name: name, cmd: []string{"milvus", "run", "standalone"},
		env:   environment(),
		ports: publishedPorts(),
		files: func(owner) ([]file, error) { return milvusFiles(stock, setup, s.Files) },
	})
	if err != nil {
		return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
	}
	return &server{running: started, topology: s.Topology}, nil
}

func (p *Provider) setup(s deploy.Spec, name string) milvus.Setup {
	setup := milvus.Setup{
		Topology: s.Topology, Change: s.Change, Files: pki.ServerFiles{Dir: tlsFolder}, Data: dataFolder, Work: workFolder,
		Storage: p.stores[pairOf(s.Server)],
	}
	setup.Storage.Root = name
	for _, r := range milvus.Roles {
		setup.Ports = append(setup.Ports, ports[r.Role])
	}
	return setup
}

func publishedPorts() (numbers []int) {
	for _, p := range published {
		numbers = append(numbers, ports[string(p)])
	}
	return numbers
}

// environment carries only where to find things and what no file can say: the
// environment wins over milvus.yaml (seen on 2.3.5).
func environment() map[string]string {
	return map[string]string{
		"MILVUSCONF": configFolder, "DEPLOY_MODE": "STANDALONE", "METRICS_PORT": strconv.Itoa(ports["management"]),
	}
}

// milvusFiles are the configuration and the certificates as the image expects
// them. All settings go into the one milvus.yaml, which every release reads; a
// user.yaml, which releases from 2.4 on merge over it, is left without any.
func milvusFiles(stock []byte, setup milvus.Setup, certs pki.ServerFiles) ([]file, error) {
	text, err := milvus.Config(stock, setup)
	if err != nil {
		return nil, err
	}
	files := []file{
		{path: path.Join(configFolder, "milvus.yaml"), text: text, mode: 0o600},
		{path: path.Join(configFolder, "user.yaml"), text: []byte("# everything is in milvus.yaml\n"), mode: 0o600},
	}
	for _, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert} {
		info, err := os.Stat(certs.Path(f))
		if err != nil {
			return nil, err
		}
		text, err := certs.Read(f)
		if err != nil {
			return nil, err
		}
		files = append(files, file{path: setup.Files.Path(f), text: text, mode: int64(info.Mode().Perm())})
	}
	return files, nil
}

// stockOf gives the milvus.yaml of an image, which a configuration starts from;
// empty where the image has none.
func (p *Provider) stockOf(ctx context.Context, image string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if text, known := p.stock[image]; known {
		return text, nil
	}
	text, err := p.engine.stock(ctx, p.run, image)
	if err == nil {
		p.stock[image] = text
	}
	return text, err
}

func (e *Engine) stock(ctx context.Context, run, image string) (text []byte, err error) {
	err = e.inside(ctx, run, image, func(id string) error {
		text, err = e.readAll(ctx, id, path.Join(configFolder, "milvus.yaml"))
		if errdefs.IsNotFound(err) {
			return nil
		}
		return err
	})
	return text, err
}

// imageUser gives the numbers of the user that an image runs as.
func (e *Engine) imageUser(ctx context.Context, run, image string) (user owner, err error) {
	err = e.inside(ctx, run, image, func(id string) error {
		user, err = e.user(ctx, id)
		return err
	})
	return user, err
}

// inside looks into an image, by way of a container that never starts.
func (e *Engine) inside(ctx context.Context, run, image string, look func(id string) error) error {
	made, err := e.client.ContainerCreate(ctx, client.ContainerCreateOptions{
		Config: &container.Config{Image: image, Labels: labels(run), Cmd: []string{"milvus"}},
	})
	if err != nil {
		return fmt.Errorf("look into the image: %w", err)
	}
	never := &running{engine: e, id: made.ID, name: made.ID}
	return errors.Join(look(made.ID), never.Stop())
}
