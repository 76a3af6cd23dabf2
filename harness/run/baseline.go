package run

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/canary"
	"milvus-tls-e2e/harness/checks/start"
)

// plaintextBaselines are the servers of each release in plaintext, with which what crosses
// encrypted hops is compared.
type plaintextBaselines struct {
	run context.Context // the whole run's: they serve every cell
	mu  sync.Mutex
	all map[harness.Cell][]func() *cell // one that ended is followed by another
}

// compared returns the servers in plaintext that the captured hops of these cells are compared
// with.
func (s *Scheduler) compared(cells []harness.Cell) (plains []harness.Cell) {
	for _, name := range cells {
		for _, i := range s.index[name] {
			in := traitsOf(s.caseOf(i).Check, s.topology(name.Topology)).Baseline
			if plain := (harness.Cell{Version: name.Version, Topology: in}); in != "" && s.waits(i) && !slices.Contains(plains, plain) {
				plains = append(plains, plain)
			}
		}
	}
	return plains
}

// plaintextBaseline returns the release's server in which no hop is encrypted: the first, or the
// one in its place where that has ended. It is started once, and serves the whole run.
func (s *Scheduler) plaintextBaseline(name harness.Cell, restarted string) *cell {
	nth := 0
	if restarted != "" {
		nth = 1
	}
	s.baselines.mu.Lock()
	if s.baselines.all == nil {
		s.baselines.all = map[harness.Cell][]func() *cell{}
	}
	for len(s.baselines.all[name]) <= nth {
		s.baselines.all[name] = append(s.baselines.all[name], sync.OnceValue(func() *cell { return s.startPlain(s.baselines.run, name, restarted) }))
	}
	start := s.baselines.all[name][nth]
	s.baselines.mu.Unlock()
	return start()
}

func (s *Scheduler) startPlain(ctx context.Context, name harness.Cell, restarted string) *cell {
	c := s.newCell(name)
	c.plain, c.restarted = true, restarted
	if restarted != "" {
		c.report(Event{Cell: c.name, What: fmt.Sprintf("%s with nothing encrypted: %s; it is started once more", name.Version, restarted)})
	}
	if c.topology.Name == "" {
		c.failed = fmt.Errorf("the topology %s is not known here", name.Topology)
		return c
	}
	if c.certs, c.files, c.failed = c.certificates(ctx); c.failed != nil {
		return c
	}
	if c.failed = c.awaitSlot(ctx); c.failed != nil {
		return c
	}
	c.deployed, c.boot, c.failed = c.start(ctx, c.launch(c.called(), c.topology, start.Check{}))
	return c
}

// againstPlain has a hop held against the same one in plaintext.
func (c *cell) againstPlain(ctx context.Context, l canary.Check, e *checks.Evidence) {
	name := harness.Cell{Version: c.name.Version, Topology: l.Traits(c.topology).Baseline}
	plain := c.plaintextBaseline(name, "")
	s := plain.checkPlain(l)
	why := unforeseen(s.err)
	if s.err != nil && why == "" {
		why = c.restarted // what ended this cell's server ended that one's start, or may have
	}
	if why != "" && ctx.Err() == nil {
		s = c.plaintextBaseline(name, why).checkPlain(l)
	}
	e.Control, e.ControlErr = s.facts, s.err
}

func (c *cell) checkPlain(l canary.Check) observed {
	if unforeseen(c.failed) != "" {
		return observed{err: c.failed}
	}
	check := l.Resolve(c.topology)
	return c.checked.get(check, func() observed {
		return c.watched(c.baselines.run, c.deployed, c.boot, c.launch(c.called(), c.topology, start.Check{}), func(ctx context.Context) observed {
			return c.observe(ctx, check)
		})
	})
}

func (s *Scheduler) endPlains() {
	s.baselines.mu.Lock()
	defer s.baselines.mu.Unlock()
	for _, starts := range s.baselines.all {
		for _, start := range starts {
			start().close()
		}
	}
}
