package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"milvus-tls-e2e/harness/checks/start"

	corev1 "k8s.io/api/core/v1"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/manifest"
	"milvus-tls-e2e/harness/pki"
)

// manifest reads a manifest of fixtures, in a cluster that has the pages' one
// secret, made of a server's files.
func (c *cell) manifest(name string, files pki.ServerFiles) (manifest.Manifest, error) {
	if c.Manifest == nil {
		return manifest.Manifest{}, errors.New("this run was given no manifests")
	}
	text, err := c.Manifest(name)
	if err != nil {
		return manifest.Manifest{}, err
	}
	var secret corev1.Secret
	if secret, err = manifest.Certs(files); err != nil {
		return manifest.Manifest{}, err
	}
	return manifest.Read(name+".yaml", text, secret)
}

// given is a server as a manifest describes it.
func (c *cell) given(name string, t harness.Topology, files pki.ServerFiles) (*deploy.CustomConfig, error) {
	m, err := c.manifest(name, files)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(c.Dir, "server-files", c.server.Version, t.Name, "pod "+name)
	given, err := m.Given(dir)
	if err != nil {
		return nil, err
	}
	given.Shipped, err = c.shipped(dir + " shipped")
	return &given, err
}

// shipped makes what an image has at the paths of its stock milvus.yaml. The
// certificate is not the configured one and as valid as that, so that a server
// that shows it is found out by its fingerprint alone. (What real images ship
// is signed by a CA whose key they ship too.)
func (c *cell) shipped(dir string) (pki.ServerFiles, error) {
	files := pki.ServerFiles{Dir: dir}
	cert, err := c.CertSet.CA().Issue(pki.Leaf{Usages: pki.ServerAuth, Kind: pki.ECDSAP256})
	if err != nil {
		return files, fmt.Errorf("make what an image ships: %w", err)
	}
	if _, _, err := cert.Write(dir, "server"); err != nil {
		return files, fmt.Errorf("make what an image ships: %w", err)
	}
	return files, os.WriteFile(files.Path(harness.CACert), c.CertSet.CA().PEM(), 0o600)
}

// namesIn are the words of which one must stand in the reason of a server that
// refuses a manifest.
func (c *cell) namesIn(name string) []string {
	m, err := c.manifest(name, pki.ServerFiles{Dir: filepath.Join(c.Dir, "certs")})
	if err != nil {
		return nil
	}
	return m.Names()
}

// surveyPod adds to the survey of a server from a manifest whether it asks for
// the certificates that its mode wants, and what its components speak.
func (c *cell) surveyPod(ctx context.Context, d deploy.Deployment, boot *start.Facts) error {
	var ways []harness.Attempt
	if c.topology.Mode == 2 {
		ways = append(ways, harness.Attempt{Port: harness.GRPC, Transport: harness.TransportTLS})
	}
	for _, over := range []harness.Transport{harness.TransportTLS, harness.TransportPlain} {
		ways = append(ways, harness.Attempt{Port: harness.InternalProxy, Transport: over})
	}
	for _, way := range ways {
		way.Client, way.Identity = harness.Raw, harness.Nobody
		o, err := c.attempt(ctx, d, way.In(c.topology))
		if err != nil {
			return fmt.Errorf("survey what was started: %w", err)
		}
		boot.Survey = append(boot.Survey, start.SurveyEntry{
			Port: way.Port, Client: way.Client, Transport: way.Transport, Outcome: o.Outcome(), ServerCert: o.ServerCert, Identity: way.Identity,
		})
	}
	return nil
}
