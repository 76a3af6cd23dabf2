package docker

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// environment holds only paths and what no file can configure: the environment overrides
// milvus.yaml (seen on 2.3.5).
func environment(setup milvus.Setup) map[string]string {
	env := map[string]string{
		"MILVUSCONF": configFolder, "DEPLOY_MODE": "STANDALONE", "METRICS_PORT": strconv.Itoa(setup.Port(string(harness.Management))),
	}
	if setup.OwnTrust() {
		env[milvus.TrustVariable] = milvus.SystemTrust
	}
	return env
}

// contents are what a container of Milvus is given before it starts.
func (p *Provider) contents(ctx context.Context, s deploy.Spec, stock []byte, setup milvus.Setup) ([]file, error) {
	files, err := milvusFiles(stock, setup, s.Files)
	if err != nil {
		return nil, err
	}
	if setup.OwnTrust() {
		system, err := p.fromImage(ctx, imageFile{s.Server.Where[WhereImage], milvus.SystemTrust})
		if err != nil {
			return nil, err
		}
		ca, err := s.Files.Read(harness.StoreCA)
		if err != nil {
			return nil, err
		}
		files = append(files, file{path: milvus.SystemTrust, text: milvus.Trust(system, ca), mode: 0o644, owner: &owner{}})
	}
	if s.CustomConfig == nil {
		return files, nil
	}
	given, err := givenFiles(stock, *s.CustomConfig)
	return append(files, given...), err
}

// milvusFiles are the configuration and the certificates as the image expects
// them. All settings of a topology go into the one milvus.yaml, which every
// release reads; a user.yaml, which releases from 2.4 on merge over it, is left
// without any.
func milvusFiles(stock []byte, setup milvus.Setup, certs pki.ServerFiles) ([]file, error) {
	text, err := milvus.Config(stock, setup)
	if err != nil {
		return nil, err
	}
	user := []byte("# everything is in milvus.yaml\n")
	if setup.Given != nil && setup.Given.User != nil {
		if user, err = milvus.UserConfig(setup); err != nil {
			return nil, err
		}
	}
	files := []file{
		{path: path.Join(configFolder, "milvus.yaml"), text: text, mode: 0o600},
		{path: path.Join(configFolder, "user.yaml"), text: user, mode: 0o600},
	}
	for _, f := range setup.NamedFiles() {
		put, err := certificate(certs, f, setup.Files.Path(f))
		if err != nil {
			return nil, err
		}
		files = append(files, put)
	}
	return files, nil
}

// certificate is one of a server's files, with its mode, for a path in a container, or the
// folder in its place.
func certificate(from pki.ServerFiles, f harness.File, at string) (file, error) {
	info, err := os.Stat(from.Path(f))
	if err != nil {
		return file{}, err
	}
	if info.IsDir() { // the defect: a folder in the file's place
		return file{path: at, folder: true}, nil
	}
	text, err := from.Read(f)
	return file{path: at, text: text, mode: int64(info.Mode().Perm())}, err
}

// givenFiles are a pod's files apart from its configuration: the certificates that its image
// ships, and over them its mounts.
func givenFiles(stock []byte, given deploy.CustomConfig) ([]file, error) {
	var files []file
	if given.Shipped.Dir != "" {
		paths, err := milvus.CertificatePaths(stock)
		if err != nil {
			return nil, err
		}
		for f, at := range paths {
			put, err := certificate(given.Shipped, f, inWork(at))
			if err != nil {
				return nil, err
			}
			files = append(files, put)
		}
	}
	for _, m := range given.Mounts {
		mounted, err := mountFiles(m)
		if err != nil {
			return nil, err
		}
		files = append(files, mounted...)
	}
	return files, nil
}

// inWork returns the whole path of one that the server sees.
func inWork(at string) string {
	if path.IsAbs(at) {
		return path.Clean(at)
	}
	return path.Join(workFolder, at)
}

// mountFiles are the files and folders of a mount, at their places. They are
// copies: the engine may be on another machine.
func mountFiles(m deploy.Mount) (files []file, err error) {
	from, err := filepath.EvalSymlinks(m.From)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(from, func(here string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, here)
		if err != nil {
			return err
		}
		info, err := os.Stat(here) // a link counts as what it leads to
		if err != nil {
			return err
		}
		put := file{path: path.Join(inWork(m.At), filepath.ToSlash(rel)), mode: int64(info.Mode().Perm())}
		switch {
		case info.IsDir():
			put.folder = true
		case !info.Mode().IsRegular():
			return nil
		default:
			if put.text, err = os.ReadFile(here); err != nil {
				return err
			}
		}
		files = append(files, put)
		return nil
	})
	return files, err
}
