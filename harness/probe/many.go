package probe

import (
	"context"
	"sync"
	"sync/atomic"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// Many makes the attempt of a raw client once for each certificate, some at once, and gives
// what became of each. It keeps what an outcome is made from and nothing else.
func Many(ctx context.Context, t Target, certs []pki.Cert, atOnce int) ([]harness.Outcome, error) {
	outcomes := make([]harness.Outcome, len(certs))
	var next atomic.Int64
	var failed error
	var once sync.Once
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(certs) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				mine := t
				mine.Cert = certs[i]
				seen, err := observeRaw(ctx, mine, &record{})
				if err != nil {
					once.Do(func() { failed = err })
					return
				}
				outcomes[i] = seen.Outcome()
			}
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return outcomes, failed
}
