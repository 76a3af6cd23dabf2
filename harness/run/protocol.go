package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/protocol"
	"milvus-tls-e2e/harness/checks/resilience"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/probe"
)

// probesAtOnce is how many probes are sent at a time: fewer than a listener's backlog holds, and
// so few that the server drops none that waits for others' handshakes.
const probesAtOnce = 8

// protocolRun is what became of a cell's protocol checks, which are taken together: most
// wait for the server, and one good client at each port shows what they did to it.
type protocolRun struct {
	once  sync.Once
	taken map[protocol.Check]observed
	err   error
}

var _ = runs((*cell).observeProtocol, nil)

func (c *cell) observeProtocol(ctx context.Context, l protocol.Check) observed {
	if s, spared := c.spared(l.Port); spared {
		return s
	}
	p := &c.protocol
	p.once.Do(func() {
		all := c.protocolChecks()
		if p.taken, p.err = c.sayTogether(ctx, all); p.taken == nil && p.err == nil {
			p.taken = c.sayEach(ctx, all)
		}
	})
	s, taken := p.taken[l]
	if p.err != nil || !taken {
		return observed{err: errors.Join(p.err, ctx.Err())}
	}
	return s
}

// protocolChecks are those that are left to take.
func (c *cell) protocolChecks() (all []protocol.Check) {
	for _, i := range c.index[c.name] {
		if l, is := c.caseOf(i).Check.(protocol.Check); is && c.waits(i) && !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	return all
}

// sayTogether sends all probes, a few at a time, and then a good client to each port. It returns
// nothing if the server was harmed: then only one probe after the other shows which one did it.
func (c *cell) sayTogether(ctx context.Context, all []protocol.Check) (map[protocol.Check]observed, error) {
	d, err := c.serverOrReplacement(ctx)
	if err != nil {
		return nil, err
	}
	said, errs := make([]handshake.Seen, len(all)), make([]error, len(all))
	var work errgroup.Group
	work.SetLimit(probesAtOnce)
	for i, l := range all {
		work.Go(func() error {
			said[i], errs[i] = c.say(ctx, d, l)
			return ctx.Err()
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	taken, after := map[protocol.Check]observed{}, map[harness.Port]resilience.HealthCheck{}
	for i, l := range all {
		good, known := after[l.Port]
		if !known {
			if good, err = c.healthCheck(ctx, d, l.HealthCheck()); err != nil {
				return nil, err
			}
			after[l.Port] = good
		}
		if good.Outcome != harness.Served || ended(d) {
			return nil, nil
		}
		taken[l] = observed{err: errs[i]}
		if errs[i] == nil {
			taken[l] = observed{facts: protocolFacts(l, said[i], good)}
		}
	}
	return taken, nil
}

// sayEach sends one probe after the other, and a good client after each. A server that ended is
// replaced; after one that lives and serves no client, nothing can be observed.
func (c *cell) sayEach(ctx context.Context, all []protocol.Check) map[protocol.Check]observed {
	taken := map[protocol.Check]observed{}
	var broken error
	for _, l := range all {
		if broken != nil {
			taken[l] = observed{err: broken}
			continue
		}
		taken[l] = c.undergo(ctx, func(d deploy.Deployment, offset int64) (harness.Facts, error) { return c.sayAlone(ctx, d, offset, l) })
		if f, seen := taken[l].facts.(*protocol.Facts); seen && !f.Exited && f.After.Outcome != harness.Served {
			broken = fmt.Errorf("the server served no good client any more, after one that %s", l.Probe)
		}
	}
	return taken
}

func (c *cell) sayAlone(ctx context.Context, d deploy.Deployment, offset int64, l protocol.Check) (*protocol.Facts, error) {
	said, err := c.say(ctx, d, l)
	if err != nil {
		return nil, err
	}
	good, err := c.healthCheck(ctx, d, l.HealthCheck())
	if err != nil {
		return nil, err
	}
	if good.Outcome != harness.Served {
		c.awaitExit(ctx, d)
	}
	f := protocolFacts(l, said, good)
	f.Exited, f.Status, f.Last, err = c.exitOf(d, offset)
	return f, err
}

func protocolFacts(l protocol.Check, said handshake.Seen, good resilience.HealthCheck) *protocol.Facts {
	p, _ := handshake.Lookup(l.Probe) // it was found when it was sent
	return &protocol.Facts{Seen: said, Clause: p.Clause, After: good}
}

func (c *cell) say(ctx context.Context, d deploy.Deployment, l protocol.Check) (handshake.Seen, error) {
	p, err := handshake.Lookup(l.Probe)
	if err != nil {
		return handshake.Seen{}, err
	}
	target, err := c.healthTarget(d, l.HealthCheck())
	if err != nil {
		return handshake.Seen{}, err
	}
	return probe.Say(ctx, target, p)
}
