package docker

import (
	"context"
	"fmt"
	"path"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// shipped returns the certificates that the server's image has at configs/cert;
// the zero value where it has none.
func (p *Provider) shipped(ctx context.Context, s harness.Server) (found deploy.Shipped, err error) {
	for name, into := range map[string]*[]byte{
		"ca.pem": &found.CA, "ca.key": &found.CAKey, "server.pem": &found.Server, "server.key": &found.ServerKey,
	} {
		if *into, err = p.fromImage(ctx, imageFile{s.Where[WhereImage], path.Join(configFolder, "cert", name)}); err != nil {
			return deploy.Shipped{}, fmt.Errorf("read what the image ships: %w", err)
		}
	}
	return found, nil
}
