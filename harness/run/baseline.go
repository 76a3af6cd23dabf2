package run

import (
	"context"
	"errors"
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
	all map[string][]func() *cell // by version; one that ended is followed by another
}

// compared returns the releases in which a hop is captured.
func (s *Scheduler) compared(cells []harness.Cell) (versions []string) {
	for _, name := range cells {
		checks := slices.ContainsFunc(s.index[name], func(i int) bool {
			return s.waits(i) && withBaseline(traitsOf(s.caseOf(i).Check, s.topology(name.Topology)))
		})
		if checks && !slices.Contains(versions, name.Version) {
			versions = append(versions, name.Version)
		}
	}
	return versions
}

// plaintextBaseline returns the release's server in which no hop is encrypted: the first, or the
// one in its place where that has ended. It is started once, and serves the whole run.
func (s *Scheduler) plaintextBaseline(version string, restarted string) *cell {
	nth := 0
	if restarted != "" {
		nth = 1
	}
	s.baselines.mu.Lock()
	if s.baselines.all == nil {
		s.baselines.all = map[string][]func() *cell{}
	}
	for len(s.baselines.all[version]) <= nth {
		s.baselines.all[version] = append(s.baselines.all[version], sync.OnceValue(func() *cell { return s.startPlain(s.baselines.run, version, restarted) }))
	}
	start := s.baselines.all[version][nth]
	s.baselines.mu.Unlock()
	return start()
}

func (s *Scheduler) startPlain(ctx context.Context, version, restarted string) *cell {
	c := s.newCell(harness.Cell{Version: version, Topology: "mode-0"})
	c.plain, c.restarted = true, restarted
	if restarted != "" {
		c.report(Event{Cell: c.name, What: fmt.Sprintf("%s with nothing encrypted: %s; it is started once more", version, restarted)})
	}
	if c.topology.Name == "" {
		c.failed = errors.New("the topology mode-0 is not known here")
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
	plain := c.plaintextBaseline(c.name.Version, "")
	s := plain.checkPlain(l)
	why := unforeseen(s.err)
	if s.err != nil && why == "" {
		why = c.restarted // what ended this cell's server ended that one's start, or may have
	}
	if why != "" && ctx.Err() == nil {
		s = c.plaintextBaseline(c.name.Version, why).checkPlain(l)
	}
	e.Control, e.ControlErr = s.facts, s.err
}

func (c *cell) checkPlain(l canary.Check) observed {
	if unforeseen(c.failed) != "" {
		return observed{err: c.failed}
	}
	check := l.Resolve(c.topology)
	c.mu.Lock()
	observe, known := c.checked[check]
	if !known {
		observe = sync.OnceValue(func() observed {
			return c.watched(c.baselines.run, c.deployed, c.boot, c.launch(c.called(), c.topology, start.Check{}), func(ctx context.Context) observed {
				return c.observe(ctx, check)
			})
		})
		c.checked[check] = observe
	}
	c.mu.Unlock()
	return observe()
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
