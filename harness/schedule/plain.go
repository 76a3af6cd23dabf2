package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"milvus-tls-e2e/harness"
)

// plains are the servers of each release in plaintext, with which what crosses
// encrypted hops is compared.
type plains struct {
	run context.Context // the whole run's: they serve every cell
	mu  sync.Mutex
	all map[string][]func() *cell // by version; one that ended is followed by another
}

// compared gives the releases in which a hop is looked at.
func (s *Scheduler) compared(cells []harness.Cell) (versions []string) {
	for _, name := range cells {
		looks := slices.ContainsFunc(s.index[name], func(i int) bool {
			return isA[harness.Crossing](s.caseOf(i).Look) && s.waits(i)
		})
		if looks && !slices.Contains(versions, name.Version) {
			versions = append(versions, name.Version)
		}
	}
	return versions
}

// plainly gives the release's server in which no hop is encrypted: the first, or the
// one in its place where that has ended. It is started once, and serves the whole run.
func (s *Scheduler) plainly(version string, restarted string) *cell {
	nth := 0
	if restarted != "" {
		nth = 1
	}
	s.plains.mu.Lock()
	if s.plains.all == nil {
		s.plains.all = map[string][]func() *cell{}
	}
	for len(s.plains.all[version]) <= nth {
		s.plains.all[version] = append(s.plains.all[version], sync.OnceValue(func() *cell { return s.startPlain(s.plains.run, version, restarted) }))
	}
	start := s.plains.all[version][nth]
	s.plains.mu.Unlock()
	return start()
}

func (s *Scheduler) startPlain(ctx context.Context, version, restarted string) *cell {
	c := s.newCell(harness.Cell{Version: version, Topology: "mode-0"})
	c.plain, c.restarted = true, restarted
	if restarted != "" {
		c.tell(Event{Cell: c.name, What: fmt.Sprintf("%s with nothing encrypted: %s; it is started once more", version, restarted)})
	}
	if c.topology.Name == "" {
		c.failed = errors.New("the topology mode-0 is not known here")
		return c
	}
	if c.wallet, c.files, c.failed = c.certificates(ctx); c.failed != nil {
		return c
	}
	if c.failed = c.takePlace(ctx); c.failed != nil {
		return c
	}
	c.deployed, c.boot, c.failed = c.start(ctx, c.launch(c.called(), c.topology, harness.Start{}))
	return c
}

// againstPlain has a hop held against the same one in plaintext.
func (c *cell) againstPlain(ctx context.Context, l harness.Crossing, e *harness.Evidence) {
	plain := c.plainly(c.name.Version, "")
	s := plain.lookPlain(l)
	if why := unforeseen(s.err); why != "" && ctx.Err() == nil {
		s = c.plainly(c.name.Version, why).lookPlain(l)
	}
	e.Control, e.Lost = s.facts, s.err
}

// lookPlain looks at a hop in plaintext, once.
func (c *cell) lookPlain(l harness.Crossing) seen {
	if unforeseen(c.failed) != "" {
		return seen{err: c.failed}
	}
	look := l.Fit(c.topology)
	c.mu.Lock()
	take, known := c.looked[look]
	if !known {
		take = sync.OnceValue(func() seen {
			return c.watched(c.plains.run, c.deployed, c.boot, c.launch(c.called(), c.topology, harness.Start{}), func(ctx context.Context) seen {
				return c.take(ctx, look)
			})
		})
		c.looked[look] = take
	}
	c.mu.Unlock()
	return take()
}

// endPlains ends the servers in plaintext.
func (s *Scheduler) endPlains() {
	s.plains.mu.Lock()
	defer s.plains.mu.Unlock()
	for _, starts := range s.plains.all {
		for _, start := range starts {
			start().close()
		}
	}
}
