package standin

import (
	"context"
	"errors"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// Alone starts one stand-in that is there before anybody looks at it, with the
// wallet's certificates in dir. Whoever has it closes the provider.
func Alone(ctx context.Context, w *pki.Wallet, dir string, s deploy.Spec, lies ...Lie) (deploy.Deployment, *Provider, error) {
	p := New(w, lies...)
	files, err := w.WriteServer(dir, s.Change)
	if err != nil {
		return nil, nil, err
	}
	s.Files = files
	d, err := p.Deploy(ctx, s)
	if err != nil {
		return nil, nil, errors.Join(err, p.Close())
	}
	return d, p, nil
}
