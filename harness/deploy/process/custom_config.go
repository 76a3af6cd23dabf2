package process

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
)

// give adds somebody else's description to the setup, and returns what to mount. Without
// namespaces nothing can be mounted: then the configuration has the paths on this machine
// instead.
func (p *Provider) give(setup *milvus.Setup, given *deploy.CustomConfig) ([]isolate.Mount, error) {
	if given == nil {
		return nil, nil
	}
	setup.Given = &milvus.CustomConfig{Config: given.Config, User: given.User, Paths: map[string]string{}}
	var mounts []isolate.Mount
	for _, m := range given.Mounts {
		if !filepath.IsAbs(m.At) {
			if err := link(m.From, setup.Work, m.At); err != nil {
				return nil, err
			}
			continue
		}
		if p.kind == isolate.None {
			setup.Given.Paths[m.At] = m.From
			continue
		}
		mounts = append(mounts, isolate.Mount(m))
	}
	return mounts, nil
}

// link shows a folder at a path below the server's working directory.
func link(from, work, at string) error {
	if !filepath.IsLocal(at) {
		return fmt.Errorf("show a folder at %s: that is outside the server's working directory", at)
	}
	at = filepath.Join(work, at)
	return errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.Symlink(from, at))
}

func (p *Provider) portsFor(s deploy.Spec, listeners []string) (map[string]int, error) {
	taken, err := p.portNumbers(s, len(listeners))
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, name := range listeners {
		at[name] = taken[i]
	}
	return at, nil
}

func (p *Provider) portNumbers(s deploy.Spec, n int) ([]int, error) {
	if s.CustomConfig != nil && s.CustomConfig.OwnPorts {
		text, err := stockConfig(s.Server.Where[WhereConfigs])
		if err != nil {
			return nil, err
		}
		return milvus.PortsOf(text, s.CustomConfig.Config)
	}
	return p.ports.take(n)
}

// writeGiven writes the files next to milvus.yaml: user.yaml, and the certificates that an image
// has at the stock file's paths.
func writeGiven(dir, stock string, setup milvus.Setup, given *deploy.CustomConfig) error {
	if given == nil {
		return nil
	}
	if given.User != nil {
		text, err := milvus.UserConfig(setup)
		if err != nil {
			return err
		}
		if err := copyAll(filepath.Join(dir, "conf", "user.yaml"), 0o600, bytes.NewReader(text)); err != nil {
			return err
		}
	}
	if given.Shipped.Dir == "" || stock == "" {
		return nil
	}
	text, err := stockConfig(stock)
	if err != nil {
		return err
	}
	paths, err := milvus.CertificatePaths(text)
	if err != nil {
		return err
	}
	for f, path := range paths {
		if !filepath.IsLocal(path) {
			continue // nowhere that is the server's own
		}
		if err := shipped(given.Shipped.Path(f), filepath.Join(dir, path)); err != nil {
			return err
		}
	}
	return nil
}

func shipped(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return copyAll(to, 0o600, bytes.NewReader(text))
}
