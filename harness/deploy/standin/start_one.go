package standin

import (
	"context"
	"errors"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// StartOne starts a single stand-in as an existing deployment, with the certificate set's files
// in dir. The caller closes the provider.
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
