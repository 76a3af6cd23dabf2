package run

import (
	"context"
	"sync"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/compare"
	"milvus-tls-e2e/harness/connection"
)

var _ = runs((*cell).observeCompareClients, (*cell).proveCompareClients)

// proveCompareClients holds a comparison against the best attempt that can be made.
func (c *cell) proveCompareClients(ctx context.Context, _ compare.Clients, _ observed, e *checks.Evidence) {
	best := sound.In(c.topology)
	if control, needed := best.Control(c.topology); needed {
		best = control // where even that one has reason to refuse the server
	}
	c.against(ctx, best, e)
}

// observeCompareClients has every client that takes part make the same attempt. Checks that
// other cases take too are taken once.
func (c *cell) observeCompareClients(ctx context.Context, p compare.Clients) observed {
	if c.certs == nil {
		return observed{err: c.failed}
	}
	versions := p.ClientVersions(c.Plan.Clients, c.offers)
	views, all := make([]compare.ClientResult, len(versions)), make([]observed, len(versions))
	nameless := len(c.certs.Server().Hosts()) == 0
	var wg sync.WaitGroup
	for i, version := range versions {
		wg.Go(func() {
			a := p.By(version)
			all[i] = c.check(ctx, a.Resolve(c.topology))
			saw, _ := all[i].facts.(*connection.Observation)
			views[i] = compare.ClientResult{ClientVersion: version, ClientConfig: a.ClientConfig, Facts: saw, HasCert: a.Identity != harness.Nobody, NoSAN: nameless}
		})
	}
	wg.Wait()
	for i, s := range all {
		switch {
		case s.skip != "":
			return observed{skip: s.skip}
		case s.err != nil:
			views[i].Err = s.err.Error()
		default:
			views[i].Outcome = s.facts.Outcome()
		}
	}
	return observed{facts: &compare.Facts{Views: views}}
}
