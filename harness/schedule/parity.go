package schedule

import (
	"context"
	"sync"

	"milvus-tls-e2e/harness"
)

var _ = runs((*cell).takeParity, (*cell).holdParity)

// holdParity holds a comparison against the best attempt that can be made.
func (c *cell) holdParity(ctx context.Context, _ harness.Parity, _ seen, e *harness.Evidence) {
	best := sound.Fit(c.topology).(harness.Attempt)
	if control, needed := best.Control(c.topology); needed {
		best = control // where even that one has reason to refuse the server
	}
	c.against(ctx, best, e)
}

// takeParity has every client that takes part make the same attempt. Looks that
// other cases take too are taken once.
func (c *cell) takeParity(ctx context.Context, p harness.Parity) seen {
	if c.wallet == nil {
		return seen{err: c.failed}
	}
	speakers := p.Speakers(c.Plan.Clients, c.offers)
	views, all := make([]harness.View, len(speakers)), make([]seen, len(speakers))
	nameless := len(c.wallet.Server().Hosts()) == 0
	var wg sync.WaitGroup
	for i, speaker := range speakers {
		wg.Go(func() {
			a := p.By(speaker)
			all[i] = c.look(ctx, a.Fit(c.topology))
			saw, _ := all[i].facts.(*harness.Observation)
			views[i] = harness.View{Speaker: speaker, Form: a.Form, Facts: saw, Meant: a.As != harness.Nobody, NoSAN: nameless}
		})
	}
	wg.Wait()
	for i, s := range all {
		switch {
		case s.skip != "":
			return seen{skip: s.skip}
		case s.err != nil:
			views[i].Err = s.err.Error()
		default:
			views[i].Outcome = s.facts.Outcome()
		}
	}
	return seen{facts: &harness.Compared{Views: views}}
}
