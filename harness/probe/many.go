package probe

import (
	"context"

	"golang.org/x/sync/errgroup"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// Many makes the attempt of a raw client once for each certificate, up to atOnce at a time,
// and gives the outcome of each. Nothing else of an attempt is kept: there may be
// thousands.
func Many(ctx context.Context, t Target, certs []pki.Cert, atOnce int) ([]harness.Outcome, error) {
	outcomes := make([]harness.Outcome, len(certs))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(atOnce)
	for i, cert := range certs {
		mine := t
		mine.Cert = cert
		work.Go(func() error {
			seen, err := observeRaw(ctx, mine, &record{})
			if err == nil {
				outcomes[i] = seen.Outcome()
			}
			return err
		})
	}
	return outcomes, work.Wait()
}
