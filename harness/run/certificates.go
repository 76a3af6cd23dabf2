package run

import (
	"context"
	"fmt"
	"path/filepath"

	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/compare"
	"milvus-tls-e2e/harness/pki"
)

// certificates returns the certificates of the cell, and where clients read
// them: the run's own, or those that the topology's recipe makes.
func (c *cell) certificates(ctx context.Context) (*pki.CertSet, ClientFiles, error) {
	if c.topology.Recipe == "" {
		return c.CertSet, c.Scheduler.files, nil
	}
	certs, err := c.recipeRunner.CertSet(ctx, c.topology.Recipe)
	if err != nil {
		return nil, nil, err
	}
	files, err := certs.Write(filepath.Join(c.Dir, "recipe-certs", c.name.String()))
	if err != nil {
		return nil, nil, fmt.Errorf("write a recipe's certificates: %w", err)
	}
	return certs, files, nil
}

// needsServer reports whether a case is left that looks at a server.
func (c *cell) needsServer() bool {
	for _, i := range c.index[c.name] {
		select {
		case <-c.done[i]:
			continue
		default:
		}
		if !c.traits(c.caseOf(i).Check).NoServer {
			return true
		}
	}
	return false
}

var (
	_ = runs((*cell).observeBeside, func(c *cell, ctx context.Context, l compare.Ports, _ observed, e *checks.Evidence) {
		c.against(ctx, l.Other(), e)
	})
)

// observeBeside makes the attempt, which other cases may have made.
func (c *cell) observeBeside(ctx context.Context, l compare.Ports) observed {
	return c.check(ctx, l.Attempt)
}
