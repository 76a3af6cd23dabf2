package run

import (
	"bytes"
	"context"
	"fmt"
	"net"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// spared returns what is seen of a cell whose server nothing may be done to that could end it.
func (c *cell) spared(port harness.Port) (observed, bool) {
	if s, down := c.down(); down {
		return s, true
	}
	why := c.skipReason(port)
	return observed{skip: why}, why != ""
}

// skipReason says why nothing is done to the cell's server.
func (c *cell) skipReason(port harness.Port) string {
	if c.Plan.Upgrade != nil {
		return "it may end a server, and this one is part of an upgrade"
	}
	host, _, err := net.SplitHostPort(c.deployed.Addr(port))
	if ip := net.ParseIP(host); err != nil || c.topology.Attached || ip == nil || !ip.IsLoopback() {
		return "it is done only to servers that the run has started and that listen on this machine's loopback, and this one is at " + c.deployed.Addr(port)
	}
	return ""
}

// undergo has something done that may end a server: to the cell's, or to one in its place
// once that has ended. It is told how far that one's log goes. Where the server ends over
// something else, it is done once more, to another.
func (c *cell) undergo(ctx context.Context, do func(d deploy.Deployment, offset int64) (harness.Facts, error)) observed {
	return c.onceMore(ctx, c.called(), func(string) observed {
		d, err := c.serverOrReplacement(ctx)
		if err != nil {
			return observed{err: err}
		}
		_, offset, err := d.Log(-1)
		if err != nil {
			return observed{err: fmt.Errorf("read log: %w", err)}
		}
		facts, err := do(d, offset)
		if err != nil {
			return observed{err: err}
		}
		return observed{facts: facts}
	})
}

// serverOrReplacement returns the cell's server, or one like it where a resilience check has ended that.
func (c *cell) serverOrReplacement(ctx context.Context) (deploy.Deployment, error) {
	d := c.deployed
	if c.replacement != nil {
		d = c.replacement
	}
	if c.read.of != d {
		c.read.of, c.read.to = d, 0
	}
	if log, _, err := d.Log(c.read.to); !ended(d) && err == nil && milvus.Ending(log) == "" {
		c.read.to += int64(bytes.LastIndexByte(log, '\n') + 1) // a line may not have ended
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
