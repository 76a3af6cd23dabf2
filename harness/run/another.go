package run

import (
	"context"

	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
)

// startAnother starts a server in addition to the cell's own and observes it. If it ends
// unexpectedly, it is started once more: nothing was observed.
func (c *cell) startAnother(ctx context.Context, l launch, check func(context.Context, deploy.Deployment, start.Facts) observed) observed {
	return c.onceMore(ctx, l.Name, func(name string) observed {
		l.Name = name
		l, err := c.queue(ctx, l)
		if err != nil {
			return observed{err: err}
		}
		d, boot, err := c.start(ctx, l)
		if d != nil {
			defer c.end(d, l.Name)
		}
		if err != nil {
			return observed{err: err}
		}
		return c.watched(ctx, d, boot, l, func(ctx context.Context) observed { return check(ctx, d, boot) })
	})
}

// watched observes a server, and discards the observation if the server was gone afterwards.
func (c *cell) watched(ctx context.Context, d deploy.Deployment, boot start.Facts, l launch, check func(context.Context) observed) observed {
	living, end := context.WithCancelCause(ctx)
	defer end(nil)
	w := c.watch(living, end, d, boot, l)
	defer w.close()
	s := check(living)
	if err := w.confirm(ctx); err != nil {
		return observed{err: err}
	}
	return s
}

// onceMore starts and observes a check's own server, and a replacement if it ended unexpectedly.
func (c *cell) onceMore(ctx context.Context, name string, check func(name string) observed) observed {
	s := check(name)
	why := unforeseen(s.err)
	if why == "" || ctx.Err() != nil {
		return s
	}
	c.report(Event{Cell: c.name, What: name + ": " + why + "; it is started once more"})
	s = check(name + onceMore)
	s.restarted = why
	return s
}
