package schedule

import (
	"cmp"
	"context"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// fate adds what became of the server's process. An end over something else than the
// ordeal is an error.
func (c *cell) fate(d deploy.Deployment, offset int64, o *harness.Endured) error {
	log, _, err := d.Log(offset)
	if err != nil {
		return fmt.Errorf("read log: %w", err)
	}
	line := cmp.Or(milvus.Starved(log), milvus.Ending(log))
	switch {
	case ended(d) && (lost(d) != nil || line != ""):
		return endingOf(d, offset)
	case line != "":
		return &ending{line: line}
	case ended(d):
		o.Exited, o.Status, o.Last = true, d.Status(), milvus.EndCause(log)
	}
	return nil
}

// lost says why the end of what has ended is none of its server's, and is nil
// where it is.
func lost(d deploy.Deployment) error {
	if fate, tells := d.(deploy.Losable); tells {
		return fate.Lost()
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

// gone waits until a server that has let somebody down has ended, as long as it
// takes to be seen: its connections end before its process is known to have.
func (c *cell) gone(ctx context.Context, d deploy.Deployment) bool {
	ctx, cancel := context.WithTimeout(ctx, c.Bounds.Ordeal)
	defer cancel()
	select {
	case <-d.Exited():
		return true
	case <-ctx.Done():
		return ended(d)
	}
}

// whole gives the cell's server, or one like it where an ordeal has ended that.
func (c *cell) whole(ctx context.Context) (deploy.Deployment, error) {
	d := c.deployed
	if c.spare != nil {
		d = c.spare
	}
	if log, _, err := d.Log(0); !ended(d) && err == nil && milvus.Ending(log) == "" {
		return d, nil
	}
	c.endSpare()
	c.spares++
	var err error
	c.spare, _, err = c.begin(ctx, c.launch(c.spareName(), c.topology, harness.Start{}))
	return c.spare, err
}

func (c *cell) spareName() string { return fmt.Sprintf("%s after ordeal %d", c.called(), c.spares) }

func (c *cell) endSpare() {
	if c.spare != nil {
		c.end(c.spare, c.spareName())
		c.spare = nil
	}
}
