package run

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/features"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// shippedCerts adds to the cell's certificate set what everybody can make who has the
// server's distribution. The keys are read when they are needed, and are kept
// nowhere but in the run's own folder.
func (c *cell) shippedCerts(ctx context.Context) error {
	look, err := c.provider().Shipped.Get()
	if err != nil || c.certs == nil || !c.offers[harness.ShipsCA] || !c.offers[harness.Mode2] || !c.offers[harness.Plainest] {
		return nil
	}
	shipped, err := look(ctx, c.server)
	if err != nil {
		return err
	}
	if len(shipped.CA) == 0 || len(shipped.CAKey) == 0 {
		c.unshipped = features.Lacks(harness.ShipsCA)
		return nil
	}
	if c.certs, err = c.certs.WithShipped(shipped.CA, shipped.CAKey); err != nil {
		return err
	}
	files, err := c.certs.Write(filepath.Join(c.Dir, "shipped-certs", c.name.String()))
	if err != nil {
		return fmt.Errorf("write certificates: %w", err)
	}
	c.files = files
	return nil
}

// shippedWay is a client with the distribution's certificates.
func shippedWay(t harness.Topology) harness.Attempt {
	way := harness.Attempt{Client: harness.Raw, Port: harness.GRPC, Transport: harness.TransportTLS, Identity: harness.ShippedCA, TrustStore: harness.TrustAnything}
	return way.In(t)
}

// ways are how a server may be found to be ready.
func (l launch) ways() []harness.Attempt {
	if l.Change.Shipped { // what the run's own clients show and trust is nothing to it
		return append(waysIn(l.Topology), shippedWay(l.Topology))
	}
	return waysIn(l.Topology)
}

// asShipped is a server that is configured with its mode alone, and uses its stock milvus.yaml
// for the rest.
func (c *cell) asShipped(ctx context.Context, l launch) (*deploy.CustomConfig, error) {
	look, err := c.provider().Shipped.Get()
	if err != nil {
		return nil, fmt.Errorf("deploy %s as shipped: %w", l.Name, err)
	}
	shipped, err := look(ctx, c.server)
	if err != nil {
		return nil, err
	}
	files := pki.ServerFiles{Dir: filepath.Join(c.Dir, "server-files", l.Name+" as shipped")}
	if err := os.MkdirAll(files.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("write what is shipped: %w", err)
	}
	for f, text := range map[harness.File][]byte{
		harness.ServerCert: shipped.Server, harness.ServerKey: shipped.ServerKey, harness.CACert: shipped.CA,
	} {
		if err := os.WriteFile(files.Path(f), text, 0o600); err != nil {
			return nil, fmt.Errorf("write what is shipped: %w", err)
		}
	}
	config := fmt.Sprintf("common: {security: {tlsMode: %d}}\nproxy: {http: {enabled: true, port: %d}}\n", l.Topology.Mode, milvus.DefaultRESTPort)
	return &deploy.CustomConfig{Config: []byte(config), Shipped: files}, nil
}

// surveyShipped adds to a survey whether clients with the distribution's certificates are
// served.
func (c *cell) surveyShipped(ctx context.Context, d deploy.Deployment, boot *start.Facts) error {
	way := shippedWay(c.topology)
	o, err := c.attempt(ctx, d, way)
	if err != nil {
		return fmt.Errorf("survey what was started: %w", err)
	}
	boot.Survey = append(boot.Survey, start.SurveyEntry{
		Port: way.Port, Client: way.Client, Transport: way.Transport, Outcome: o.Outcome(), ServerCert: o.ServerCert, Identity: way.Identity,
	})
	return nil
}

// notShipped returns why an attempt cannot be made with the distribution's certificates, or "".
func (c *cell) notShipped(a harness.Attempt) string {
	if a.Identity != harness.ShippedCA || c.certs == nil {
		return ""
	}
	if _, err := c.certs.Identity(a.Identity); err != nil {
		return cmp.Or(c.unshipped, "the distribution was not searched for a CA")
	}
	return ""
}
