package run

import (
	"context"
	"time"

	"milvus-tls-e2e/harness/deploy"
)

// uptime returns how long a server has run that was just deployed (nil if that failed), or had
// run when it ended. The time before its process started does not count: a container was seen to
// take nine seconds to start on a busy machine.
func uptime(d deploy.Deployment) func() time.Duration {
	if d != nil && d.Capabilities().Ran != nil {
		return d.Capabilities().Ran
	}
	begin := time.Now()
	return func() time.Duration { return time.Since(begin) }
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// awaitLonger waits for a server whose time is over until the cell's own, in which
// nothing is wrong, has had its own, and for as long as that took to get ready: on
// a slow machine both are longer than any time that could be given here.
func (c *cell) awaitLonger(ctx context.Context, d deploy.Deployment, ready func(context.Context) error, ran func() time.Duration) deploy.Became {
	longer, over := context.WithCancel(ctx)
	defer over()
	go func() {
		select {
		case <-c.settled: // at once where it has
		case <-longer.Done():
		}
		over()
	}()
	boot := deploy.Await(longer, d, ready, c.Bounds.Ready)
	if boot.Exited || boot.Ready || ctx.Err() != nil {
		return boot
	}
	return deploy.Await(ctx, d, ready, min(c.Bounds.Ready, max(0, seconds(c.ownSeconds())-ran())))
}

// ownSeconds is how long the cell's own server took to get ready, once that has
// settled, and 0 where it never was.
func (c *cell) ownSeconds() float64 {
	select {
	case <-c.settled:
		if c.boot.Ready {
			return c.boot.Seconds
		}
	default:
	}
	return 0
}
