package standin

import (
	"context"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// ships makes what a distribution would contain: a CA with its key, which signed no configured
// certificate.
func (p *Provider) ships(context.Context, harness.Server) (deploy.Shipped, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shipped.CA != nil {
		return p.shipped, nil
	}
	ca, err := pki.NewCA(pki.Authority{Name: "shipped CA", Kind: pki.ECDSAP256})
	if err != nil {
		return deploy.Shipped{}, err
	}
	key, err := ca.KeyPEM()
	if err != nil {
		return deploy.Shipped{}, err
	}
	p.shipped = deploy.Shipped{CA: ca.PEM(), CAKey: key}
	return p.shipped, nil
}
