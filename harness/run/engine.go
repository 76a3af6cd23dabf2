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

// engines records which releases have no vector engine. One server's report holds for its
// release, whose servers are the same binary.
type engines struct {
	mu     sync.Mutex
	absent map[string]string // by version: the report
}

// noEngine returns why the data path of the cell's server is not judged, or "". A server without
// an engine creates collections, accepts rows and finds none, which shows nothing about TLS.
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

// hearEngine checks whether the server's log, from an offset on, reports a missing vector
// engine, for which a client's own error may be too short. The first report is passed on as
// progress.
func (c *cell) hearEngine(ctx context.Context, offset int64) error {
	said, err := deploy.AwaitLog(ctx, c.deployed, offset, milvus.NoEngine, c.Bounds.Log)
	if err != nil || said == "" {
		return err
	}
	c.lacksEngine(said)
	return nil
}

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
