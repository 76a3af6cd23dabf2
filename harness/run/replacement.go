package run

import (
	"context"
	"fmt"

	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// serverOrReplacement gives the cell's server, or one like it where a resilience check has ended that.
func (c *cell) serverOrReplacement(ctx context.Context) (deploy.Deployment, error) {
	d := c.deployed
	if c.replacement != nil {
		d = c.replacement
	}
	if log, _, err := d.Log(0); !ended(d) && err == nil && milvus.Ending(log) == "" {
		return d, nil
	}
	c.endReplacement()
	c.replacements++
	var err error
	c.replacement, _, err = c.begin(ctx, c.launch(c.replacementName(), c.topology, start.Check{}))
	return c.replacement, err
}

func (c *cell) replacementName() string {
	return fmt.Sprintf("%s after resilience check %d", c.called(), c.replacements)
}

func (c *cell) endReplacement() {
	if c.replacement != nil {
		c.end(c.replacement, c.replacementName())
		c.replacement = nil
	}
}
