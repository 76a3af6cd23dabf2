package run

import (
	"context"
	"fmt"
	"sync"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// engines remembers which releases have said that they have no vector engine. What
// one server of a release says holds for all: they are the same binary.
type engines struct {
	mu     sync.Mutex
	absent map[string]string // by version: what it said
}

// noEngine gives why the data path of the cell's server is not judged; "" where it
// is. Such a server makes collections, takes rows and finds none, which says
// nothing of TLS.
func (c *cell) noEngine() string {
	const proves = "so its data path proves nothing"
	if c.features[harness.NoVectorEngine] {
		return "the server's binary is linked with no vector engine, " + proves
	}
	c.engines.mu.Lock()
	defer c.engines.mu.Unlock()
	if said := c.engines.absent[c.server.Version]; said != "" {
		return fmt.Sprintf("the server has no vector engine, %s: %s", proves, said)
	}
	return ""
}

// hearEngine looks whether the server has said since a place in its log that it has
// no vector engine, which a client's own error may be too short to hold. The first
// time it does, whoever follows the run is told.
func (c *cell) hearEngine(ctx context.Context, offset int64) error {
	said, err := deploy.AwaitLog(ctx, c.deployed, offset, milvus.NoEngine, c.Bounds.Log)
	if err != nil || said == "" {
		return err
	}
	c.lacksEngine(said)
	return nil
}

// lacksEngine remembers what a server of the release said of having no vector
// engine.
func (c *cell) lacksEngine(said string) {
	c.engines.mu.Lock()
	defer c.engines.mu.Unlock()
	if c.engines.absent[c.server.Version] == "" {
		c.engines.absent[c.server.Version] = said
		c.report(Event{Cell: c.name, What: fmt.Sprintf("%s has no vector engine, and no data path is judged: %s", c.server.Version, said)})
	}
}

// observeData makes an attempt at the whole data path, where there is an engine to
// search with.
func (c *cell) observeData(ctx context.Context, attempt func() (connection.Observation, error)) observed {
	if why := c.noEngine(); why != "" {
		return observed{skip: why}
	}
	_, offset, err := c.deployed.Log(-1)
	if err != nil {
		return observed{err: fmt.Errorf("read log: %w", err)}
	}
	o, err := attempt()
	if err == nil && o.Outcome() == harness.APIError {
		err = c.hearEngine(ctx, offset)
		if why := c.noEngine(); err == nil && why != "" {
			return observed{skip: why}
		}
	}
	if err != nil {
		return observed{err: err}
	}
	return observed{facts: &o}
}
