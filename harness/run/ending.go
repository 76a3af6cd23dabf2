package run

import (
	"cmp"
	"context"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// An ending is how a server ended that nobody had ended, or that it is about to.
type ending struct {
	line   string // what its log says
	exited bool
	status int
	lost   error // why that is none of the server's doing, where it is not
}

// Error says how the server ended, and what its log says.
func (e *ending) Error() string {
	line := cmp.Or(e.line, "its log says nothing")
	switch {
	case e.lost != nil:
		return "the server was ended: " + e.lost.Error()
	case !e.exited:
		return "the server is ending: " + line
	}
	return fmt.Sprintf("the server ended: %s (status %d)", line, e.status)
}

func (e *ending) Unwrap() error { return e.lost }

// Cause is the cause of what could not be judged of such a server.
func (e *ending) Cause() harness.Cause {
	if e.lost != nil {
		return harness.CauseEngineLost
	}
	return harness.CauseServerEnded
}

// A stopped server serves no more, although it still runs.
type stopped struct{ why error }

// Error says how that was seen.
func (e stopped) Error() string { return "the server stopped serving: " + e.why.Error() }

func (e stopped) Unwrap() error { return e.why }

// Cause is the cause of what could not be judged of such a server.
func (stopped) Cause() harness.Cause { return harness.CauseServerEnded }

// endingOf says how a server has ended, by what its log says from an offset on.
func endingOf(d deploy.Deployment, offset int64) *ending {
	e := &ending{exited: true, status: d.Status(), lost: lost(d)}
	if log, _, err := d.Log(offset); err == nil {
		e.line = cmp.Or(milvus.Starved(log), milvus.EndCause(log))
	}
	return e
}

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
