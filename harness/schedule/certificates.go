package schedule

import (
	"context"
	"fmt"
	"path/filepath"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// certificates gives the certificates of the cell, and where clients read
// them: the run's own, or those that the topology's recipe makes.
func (c *cell) certificates(ctx context.Context) (*pki.Wallet, ClientFiles, error) {
	if c.topology.Recipe == "" {
		return c.Wallet, c.Scheduler.files, nil
	}
	wallet, err := c.book.Wallet(ctx, c.topology.Recipe)
	if err != nil {
		return nil, nil, err
	}
	files, err := wallet.Write(filepath.Join(c.Dir, "recipe-certs", c.name.String()))
	if err != nil {
		return nil, nil, fmt.Errorf("write a recipe's certificates: %w", err)
	}
	return wallet, files, nil
}

// needsServer tells whether a case is left that looks at a server.
func (c *cell) needsServer() bool {
	for _, i := range c.index[c.name] {
		select {
		case <-c.done[i]:
			continue
		default:
		}
		if _, files := c.caseOf(i).Look.(harness.Inspect); !files {
			return true
		}
	}
	return false
}

var (
	_ = runs((*cell).takeInspect, nil)
	_ = runs((*cell).takeBeside, func(c *cell, ctx context.Context, l harness.Beside, _ seen, e *harness.Evidence) {
		c.against(ctx, l.Other(), e)
	})
)

// takeInspect looks at what a recipe left.
func (c *cell) takeInspect(ctx context.Context, l harness.Inspect) seen {
	found := c.book.Find(ctx, l)
	return seen{facts: &found}
}

// takeBeside makes the attempt, which other cases may have made.
func (c *cell) takeBeside(ctx context.Context, l harness.Beside) seen { return c.look(ctx, l.Attempt) }
