package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// A rotationRun is a server of the cell's kind whose files are replaced while it
// runs, and which is started again then. It serves every check of that.
type rotationRun struct {
	once    sync.Once
	renewed *pki.CertSet // what its files were replaced by
	saw     map[rotation.Check]observed
}

// restartPatience is how long the server is given to end by itself. It keeps
// nothing that matters, and real ones take 14 s (2.3.5) or hang (2.2.16).
const restartPatience = time.Second

var _ = runs((*cell).observeRotation, (*cell).proveRotation)

// proveRotation holds an attempt at a server whose files were replaced against the same
// one with its defects repaired, at the same server and the same moment.
func (c *cell) proveRotation(ctx context.Context, l rotation.Check, _ observed, e *checks.Evidence) {
	c.expect(l.Attempt, e)
	if l.Restarted && c.rotation.renewed != nil {
		e.ConfiguredCert = c.rotation.renewed.Server().Fingerprint()
	}
	if control, needed := l.Control(c.topology); needed {
		c.against(ctx, control, e)
	}
}

// observeRotation returns what came of one check. All of them are taken together,
// since those before the restart must be over before it.
func (c *cell) observeRotation(ctx context.Context, l rotation.Check) observed {
	if why := c.keepsFiles(); why != "" {
		return observed{skip: why}
	}
	c.rotation.once.Do(func() {
		all := c.onceMore(ctx, c.called()+" with its files replaced", func(name string) observed {
			return c.rotate(ctx, c.launch(name, c.topology, start.Check{}))
		})
		for l, s := range c.rotation.saw {
			s.restarted = all.restarted
			c.rotation.saw[l] = s
		}
	})
	if s, taken := c.rotation.saw[l]; taken {
		return s
	}
	return observed{err: errors.New("it was not among what the server was asked")}
}

// rotations returns the cell's checks before the restart, or after it, each with
// its control.
func (c *cell) rotations(restarted bool) []rotation.Check {
	checks := map[rotation.Check]bool{}
	for _, i := range c.index[c.name] {
		if l, is := c.caseOf(i).Check.(rotation.Check); is && l.Restarted == restarted && c.waits(i) {
			l = l.Resolve(c.topology).(rotation.Check)
			checks[l] = true
			if control, needed := l.Control(c.topology); needed {
				checks[control] = true
			}
		}
	}
	return slices.Collect(maps.Keys(checks))
}

// rotate carries the rotation out. Its error is that of a server whose checks were not
// all taken.
func (c *cell) rotate(ctx context.Context, l launch) observed {
	c.rotation.saw = map[rotation.Check]observed{}
	l.Followed = true
	first, boot, err := c.begin(ctx, l)
	if first != nil {
		defer c.end(first, l.Name)
	}
	if err == nil {
		err = c.replace(l.Name)
	}
	if err == nil {
		err = c.turn(ctx, first, boot, l, false)
	}
	if err != nil {
		c.answer(observed{err: err}, false)
		c.answer(observed{err: err}, true)
		return observed{err: err}
	}
	if len(c.rotations(true)) == 0 {
		return observed{}
	}
	succession, err := first.Capabilities().Succession.Get()
	if err != nil {
		c.answer(observed{skip: err.Error()}, true)
		return observed{}
	}
	err = c.rotateOn(ctx, succession, l.Name)
	if err != nil {
		c.answer(observed{err: err}, true)
	}
	return observed{err: err}
}

// rotateOn starts the server again, on the files that replaced its own.
func (c *cell) rotateOn(ctx context.Context, first deploy.Succession, name string) error {
	if _, err := first.Shutdown(ctx, restartPatience); err != nil {
		return err
	}
	l := c.launch(name+", again", c.topology, start.Check{})
	l.Files, l.by = c.filesOf(name), first.Start
	again, boot, err := c.begin(ctx, l)
	if again != nil {
		defer c.end(again, l.Name)
	}
	if err != nil {
		return err
	}
	return c.turn(ctx, again, boot, l, true)
}

// begin starts a server that has to get ready. What was started is given even
// where it does not, so that it is ended.
func (c *cell) begin(ctx context.Context, l launch) (deploy.Deployment, start.Facts, error) {
	l, err := c.queue(ctx, l)
	if err != nil {
		return nil, start.Facts{}, err
	}
	d, boot, err := c.start(ctx, l)
	if err == nil && !boot.Ready {
		err = fmt.Errorf("%s did not become ready: %s", l.Name, boot.Why())
	}
	return d, boot, err
}

// replace replaces the files of a server that runs.
func (c *cell) replace(name string) error {
	renewed, err := c.certs.WithRenewedServerCert()
	if err != nil {
		return err
	}
	c.rotation.renewed = renewed
	if _, err := renewed.WithSecondCA().WriteServer(c.filesOf(name).Dir, harness.ConfigChange{}); err != nil {
		return fmt.Errorf("replace the server's files: %w", err)
	}
	return nil
}

// turn takes every check before the restart, or after it, at a server.
func (c *cell) turn(ctx context.Context, d deploy.Deployment, boot start.Facts, l launch, restarted bool) error {
	return c.watched(ctx, d, boot, l, func(ctx context.Context) observed {
		c.awaitRefusalLog(ctx, d)
		var mu sync.Mutex
		var all sync.WaitGroup
		for _, l := range c.rotations(restarted) {
			all.Go(func() {
				o, err := c.attempt(ctx, d, l.Attempt)
				mu.Lock()
				defer mu.Unlock()
				c.rotation.saw[l] = observed{facts: &o, err: err}
			})
		}
		all.Wait()
		return observed{}
	}).err
}

// answer gives the same to every check before the restart, or after it.
func (c *cell) answer(s observed, restarted bool) {
	for _, l := range c.rotations(restarted) {
		c.rotation.saw[l] = s
	}
}
