package run

import (
	"cmp"
	"context"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// An ending is an unexpected end of a server, or its announcement.
type ending struct {
	line   string // its log line
	exited bool
	status int
	lost   error // why that is none of the server's doing, where it is not
}

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

func (e stopped) Error() string { return "the server stopped serving: " + e.why.Error() }

func (e stopped) Unwrap() error { return e.why }

// Cause is the cause of what could not be judged of such a server.
func (stopped) Cause() harness.Cause { return harness.CauseServerEnded }

// endingOf describes how a server has ended, by its log from an offset on.
func endingOf(d deploy.Deployment, offset int64) *ending {
	e := &ending{exited: true, status: d.Status(), lost: lost(d)}
	if log, _, err := d.Log(offset); err == nil {
		e.line = cmp.Or(milvus.Starved(log), milvus.EndCause(log))
	}
	return e
}

// exitOf returns whether the server's process has ended, its status, and the cause in its log.
// An end that is not due to the check is an error.
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

// lost returns the external reason for an end, or nil if it is the server's own.
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

// awaitExit waits until a server that failed a client has ended, for as long as that takes to
// show: connections end before the process is known to have.
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
