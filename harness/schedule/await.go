package schedule

import (
	"context"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// awaitLonger waits for a server whose time is over until the cell's own, in which
// nothing is wrong, has had its own: on a slow machine that takes longer than any
// time that could be given here.
func (c *cell) awaitLonger(ctx context.Context, d deploy.Deployment, ready func(context.Context) error) harness.Boot {
	ctx, over := context.WithCancel(ctx)
	defer over()
	go func() {
		select {
		case <-c.settled: // at once where it has, and never in an upgrade
		case <-ctx.Done():
		}
		over()
	}()
	bound := c.Bounds.Ready
	if c.settled == nil {
		bound = 0
	}
	return deploy.Await(ctx, d, ready, bound)
}
