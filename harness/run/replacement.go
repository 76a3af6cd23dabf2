package run

import (
	"cmp"
	"context"
	"fmt"

	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// exitOf tells whether the server's process has ended, with which status, and what it logged
// of the cause. An end over something else than the check is an error.
func (c *cell) exitOf(d deploy.Deployment, offset int64) (exited bool, status int, last string, err error) {
	log, _, err := d.Log(offset)
	if err != nil {
		return false, 0, "", fmt.Errorf("read log: %w", err)
	}
	line := cmp.Or(milvus.Starved(log), milvus.Ending(log))
	switch {
	case ended(d) && (lost(d) != nil || line != ""):
		return false, 0, "", endingOf(d, offset)
	case line != "":
		return false, 0, "", &ending{line: line}
	case ended(d):
		return true, d.Status(), milvus.EndCause(log), nil
	}
	return false, 0, "", nil
}

// lost says why the end of what has ended is none of its server's, and is nil
// where it is.
func lost(d deploy.Deployment) error {
	if tell := d.Capabilities().Lost; tell != nil {
		return tell()
	}
	return nil
}

func ended(d deploy.Deployment) bool {
	select {
	case <-d.Exited():
		return true
	default:
		return false
	}
}

// awaitExit waits until a server that has let somebody down has ended, as long as it
// takes to be seen: its connections end before its process is known to have.
func (c *cell) awaitExit(ctx context.Context, d deploy.Deployment) bool {
	ctx, cancel := context.WithTimeout(ctx, c.Bounds.Resilience)
	defer cancel()
	select {
	case <-d.Exited():
		return true
	case <-ctx.Done():
		return ended(d)
	}
}

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
