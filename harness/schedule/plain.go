package schedule

import (
	"context"
	"errors"
	"slices"
	"sync"

	"milvus-tls-e2e/harness"
)

// plains are the servers of each release in plaintext, with which what crosses
// encrypted hops is compared.
type plains struct {
	mu  sync.Mutex
	all map[string]func() *cell // by version
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

// plainly gives the release's server in which no hop is encrypted. It is started
// once, and serves the whole run.
func (s *Scheduler) plainly(ctx context.Context, version string) *cell {
	s.plains.mu.Lock()
	if s.plains.all == nil {
		s.plains.all = map[string]func() *cell{}
	}
	start, known := s.plains.all[version]
	if !known {
		start = sync.OnceValue(func() *cell { return s.startPlain(ctx, version) })
		s.plains.all[version] = start
	}
	s.plains.mu.Unlock()
	return start()
}

func (s *Scheduler) startPlain(ctx context.Context, version string) *cell {
	c := s.newCell(harness.Cell{Version: version, Topology: "mode-0"})
	c.plain = true
	if c.topology.Name == "" {
		c.failed = errors.New("the topology mode-0 is not known here")
		return c
	}
	if c.wallet, c.files, c.failed = c.certificates(ctx); c.failed != nil {
		return c
	}
	c.boots <- struct{}{}
	c.deployed, c.boot, c.failed = c.start(ctx, c.launch(c.called(), c.topology, harness.Start{}))
	return c
}

// called is what the server is called in logs: not the cell's own.
func (c *cell) called() string {
	if c.plain {
		return c.name.Version + " with nothing encrypted"
	}
	return c.name.String()
}

// endPlains ends the servers in plaintext.
func (s *Scheduler) endPlains() {
	s.plains.mu.Lock()
	defer s.plains.mu.Unlock()
	for _, start := range s.plains.all {
		if c := start(); c.deployed != nil {
			c.end(c.deployed, c.called())
			c.hops.close()
		}
	}
}
