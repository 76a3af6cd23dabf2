package standin

import (
	"context"
	"errors"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// StartOne starts one stand-in that is there before anybody looks at it, with the
// certificate set's certificates in dir. Whoever has it closes the provider.
func StartOne(ctx context.Context, w *pki.CertSet, dir string, s deploy.Spec, faults ...Fault) (deploy.Deployment, *Provider, error) {
	p := New(w, faults...)
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
