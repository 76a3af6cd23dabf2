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
