package docker

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/moby/moby/client"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// WhereCompose is the key of harness.Server.Where that names the program which
// runs Compose files; empty where there is none.
const WhereCompose = "compose"

//go:embed compose.yaml
var composeFile []byte

// mounted is where a server's certificates are in its container, by its layout.
var mounted = map[harness.Layout]string{
	"":                  tlsFolder,
	harness.ComposeTLS:  tlsFolder,
	harness.ComposeCert: path.Join(configFolder, "cert"),
}

const labelProject = "com.docker.compose.project"

// A composed is a Milvus that Compose started, with an etcd and a MinIO of its
// own.
type composed struct {
	*server
	project string
}

// Stop removes the whole project.
func (c *composed) Stop() error {
	c.once.Do(func() { c.end = c.engine.removeProject(c.project) })
	return c.end
}

func (e *Engine) removeProject(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeBound)
	defer cancel()
	_, err := e.remove(ctx, labelProject+"="+name, func(map[string]string) bool { return true })
	return err
}

const composeBound = 2 * time.Minute

func (p *Provider) deployComposed(ctx context.Context, s deploy.Spec) (deploy.Deployment, error) {
	program := s.Server.Where[WhereCompose]
	if program == "" {
		return nil, errors.New("there is no program that runs Compose files")
	}
	project := strings.ToLower(strings.ReplaceAll(p.name(s.Name), ".", "-"))
	dir := filepath.Join(p.run, "compose", project)
	stock, err := p.fromImage(ctx, imageFile{s.Server.Where[WhereImage], stockConfig})
	if err != nil {
		return nil, err
	}
	setup, err := setupOf(s, stock, "compose", milvus.Storage{})
	if err != nil {
		return nil, err
	}
	if err := p.layOut(ctx, dir, s, stock, setup); err != nil {
		return nil, fmt.Errorf("lay out the Compose folder: %w", err)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	// It is not interrupted either: see uninterrupted. Of a runner that is killed
	// it is not left behind.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), composeBound)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, project, filepath.Join(dir, "compose.yaml"))
	cmd.Env, cmd.Dir, cmd.WaitDelay = p.composeEnvironment(s, setup), dir, time.Second
	cmd.SysProcAttr = child()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return nil, errors.Join(fmt.Errorf("run Compose: %w: %s", err, milvus.LastLine(said.Bytes())), p.engine.removeProject(project))
	}
	run, err := p.engine.standalone(ctx, project)
	if err != nil {
		return nil, errors.Join(err, p.engine.removeProject(project))
	}
	return &composed{server: &server{running: run, setup: setup}, project: project}, nil
}

func (e *Engine) standalone(ctx context.Context, project string) (*running, error) {
	found, err := e.client.ContainerList(ctx, client.ContainerListOptions{
		All:     true,
		Filters: client.Filters{}.Add("label", labelProject+"="+project, "com.docker.compose.service=standalone"),
	})
	if err != nil {
		return nil, fmt.Errorf("find the Milvus that Compose started: %w", err)
	}
	if n := len(found.Items); n != 1 {
		return nil, fmt.Errorf("find the Milvus that Compose started: there are %d containers of it", n)
	}
	return e.attach(ctx, found.Items[0].ID, strings.TrimPrefix(found.Items[0].Names[0], "/"))
}

// layOut writes the files next to a Compose file: tls/ and milvus.yaml, readable by the image's
// user.
func (p *Provider) layOut(ctx context.Context, dir string, s deploy.Spec, stock []byte, setup milvus.Setup) error {
	// The pages name etcd and MinIO in the environment, which must win.
	setup.Storage.Etcd = "named-by-the-environment:2379"
	store := p.stores[pairOf(s.Server)]
	if store.of.minio != "" {
		setup.Storage.Bucket, setup.Storage.Access, setup.Storage.Secret = bucket, store.access, store.secret
		setup.Storage.Object = "named-by-the-environment:9000"
	}
	files, err := milvusFiles(stock, setup, s.Files)
	if err != nil {
		return err
	}
	user, err := p.engine.imageUser(ctx, p.run, s.Server.Where[WhereImage])
	if err != nil {
		return err
	}
	here := map[string]string{configFolder: dir, setup.Files.Dir: filepath.Join(dir, "tls")}
	for _, f := range files {
		if path.Base(f.path) == "user.yaml" {
			continue // no page has one in Compose
		}
		folder := here[path.Dir(f.path)]
		if folder == "" {
			return fmt.Errorf("nothing is mounted where %s belongs", f.path)
		}
		to := filepath.Join(folder, path.Base(f.path))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, f.text, os.FileMode(f.mode)); err != nil {
			return err
		}
		if os.Geteuid() == 0 {
			if err := os.Chown(to, user.uid, user.gid); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, "compose.yaml"), composeFile, 0o644)
}

func (p *Provider) composeEnvironment(s deploy.Spec, setup milvus.Setup) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TESTCONTAINERS_RYUK_DISABLED=true"}
	for _, name := range Variables {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	of := labels(p.run)
	store := p.stores[pairOf(s.Server)]
	return append(env, "RUN="+of[labelRun], "RUN_MACHINE="+of[labelMachine], "RUN_MADE="+of[labelMade],
		"MILVUS_IMAGE="+s.Server.Where[WhereImage], "ETCD_IMAGE="+s.Server.Where[WhereEtcd], "MINIO_IMAGE="+s.Server.Where[WhereMinIO],
		"ACCESS="+store.access, "SECRET="+store.secret, "TLS_FOLDER="+setup.Files.Dir,
		"RESERVED_PORTS="+reserved(setup.Ports))
}
