package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// shippedFolder is where official images have their certificates, below the
// folder of the stock milvus.yaml (read in the distribution of 2.5 and 2.6).
const shippedFolder = "cert"

// shipped returns the certificates in the cert folder next to the server's stock milvus.yaml;
// the zero value where there is none.
func (p *Provider) shipped(_ context.Context, s harness.Server) (found deploy.Shipped, err error) {
	configs := s.Where[WhereConfigs]
	if configs == "" {
		return found, nil
	}
	for name, into := range map[string]*[]byte{
		"ca.pem": &found.CA, "ca.key": &found.CAKey, "server.pem": &found.Server, "server.key": &found.ServerKey,
	} {
		*into, err = os.ReadFile(filepath.Join(configs, shippedFolder, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return deploy.Shipped{}, fmt.Errorf("read what the server is distributed with: %w", err)
		}
	}
	return found, nil
}

// ShipsCA reports whether a stock configuration comes with a CA and its key.
func ShipsCA(configs string) bool {
	for _, name := range []string{"ca.pem", "ca.key"} {
		if _, err := os.Stat(filepath.Join(configs, shippedFolder, name)); configs == "" || err != nil {
			return false
		}
	}
	return true
}
