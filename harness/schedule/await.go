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
		case <-c.settled: // at once where it has
		case <-ctx.Done():
		}
		over()
	}()
	return deploy.Await(ctx, d, ready, c.Bounds.Ready)
}
