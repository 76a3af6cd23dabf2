package schedule

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// A rotation is a server of the cell's kind whose files are replaced while it
// runs, and which is started again then. It serves every look at that.
type rotation struct {
	once    sync.Once
	renewed *pki.Wallet // what its files were replaced by
	saw     map[harness.Rotation]seen
}

// restartPatience is how long the server is given to end by itself. It keeps
// nothing that matters, and real ones take 14 s (2.3.5) or hang (2.2.16).
const restartPatience = time.Second

var _ = runs((*cell).takeRotation, (*cell).holdRotation)

// holdRotation holds an attempt at a server whose files were replaced against the same
// one with its defects repaired, at the same server and the same moment.
func (c *cell) holdRotation(ctx context.Context, l harness.Rotation, _ seen, e *harness.Evidence) {
	c.expect(l.Attempt, e)
	if l.Restarted && c.rotation.renewed != nil {
		e.Configured = c.rotation.renewed.Server().Fingerprint()
	}
	if control, needed := l.Control(c.topology); needed {
		c.against(ctx, control, e)
	}
}

// takeRotation gives what came of one look. All of them are taken together,
// since those before the restart must be over before it.
func (c *cell) takeRotation(ctx context.Context, l harness.Rotation) seen {
	if c.Plan.Upgrade != nil {
		return seen{skip: "judged where servers are not upgraded"}
	}
	if _, sealed := c.Providers[c.server.Provider].(deploy.Sealed); sealed {
		return seen{skip: fmt.Sprintf("a server of the provider %s has copies of its files, which nobody replaces", c.server.Provider)}
	}
	c.rotation.once.Do(func() {
		all := c.onceMore(ctx, c.called()+" with its files replaced", func(name string) seen {
			return c.rotate(ctx, c.launch(name, c.topology, harness.Start{}))
		})
		for l, s := range c.rotation.saw {
			s.restarted = all.restarted
			c.rotation.saw[l] = s
		}
	})
	if s, taken := c.rotation.saw[l]; taken {
		return s
	}
	return seen{err: errors.New("it was not among what the server was asked")}
}

// rotations gives the cell's looks before the restart, or after it, each with
// its control.
func (c *cell) rotations(restarted bool) []harness.Rotation {
	looks := map[harness.Rotation]bool{}
	for _, i := range c.index[c.name] {
		if l, is := c.caseOf(i).Look.(harness.Rotation); is && l.Restarted == restarted && c.waits(i) {
			l = l.Fit(c.topology).(harness.Rotation)
			looks[l] = true
			if control, needed := l.Control(c.topology); needed {
				looks[control] = true
			}
		}
	}
	return slices.Collect(maps.Keys(looks))
}

// rotate carries the rotation out. Its error is that of a server whose looks were not
// all taken.
func (c *cell) rotate(ctx context.Context, l launch) seen {
	c.rotation.saw = map[harness.Rotation]seen{}
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
		c.answer(seen{err: err}, false)
		c.answer(seen{err: err}, true)
		return seen{err: err}
	}
	if len(c.rotations(true)) == 0 {
		return seen{}
	}
	heirloom, can := first.(deploy.Heirloom)
	if !can {
		c.answer(seen{skip: fmt.Sprintf("the provider %s cannot start a server again", c.server.Provider)}, true)
		return seen{}
	}
	err = c.rotateOn(ctx, heirloom, l.Name)
	if err != nil {
		c.answer(seen{err: err}, true)
	}
	return seen{err: err}
}

// rotateOn starts the server again, on the files that replaced its own.
func (c *cell) rotateOn(ctx context.Context, first deploy.Heirloom, name string) error {
	if _, err := first.Halt(ctx, restartPatience); err != nil {
		return err
	}
	l := c.launch(name+", again", c.topology, harness.Start{})
	l.Files, l.by = c.filesOf(name), first.Succeed
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
func (c *cell) begin(ctx context.Context, l launch) (deploy.Deployment, harness.Boot, error) {
	l, err := c.queue(ctx, l)
	if err != nil {
		return nil, harness.Boot{}, err
	}
	d, boot, err := c.start(ctx, l)
	if err == nil && !boot.Ready {
		err = fmt.Errorf("%s did not become ready: %s", l.Name, boot.Why())
	}
	return d, boot, err
}

// replace replaces the files of a server that runs.
func (c *cell) replace(name string) error {
	renewed, err := c.wallet.Renewed()
	if err != nil {
		return err
	}
	c.rotation.renewed = renewed
	if _, err := renewed.Joining().WriteServer(c.filesOf(name).Dir, harness.Change{}); err != nil {
		return fmt.Errorf("replace the server's files: %w", err)
	}
	return nil
}

// turn takes every look before the restart, or after it, at a server.
func (c *cell) turn(ctx context.Context, d deploy.Deployment, boot harness.Boot, l launch, restarted bool) error {
	return c.watched(ctx, d, boot, l, func(ctx context.Context) seen {
		c.awaitRefusalLog(ctx, d)
		var mu sync.Mutex
		var all sync.WaitGroup
		for _, l := range c.rotations(restarted) {
			all.Go(func() {
				o, err := c.attempt(ctx, d, l.Attempt)
				mu.Lock()
				defer mu.Unlock()
				c.rotation.saw[l] = seen{facts: &o, err: err}
			})
		}
		all.Wait()
		return seen{}
	}).err
}

// answer gives the same to every look before the restart, or after it.
func (c *cell) answer(s seen, restarted bool) {
	for _, l := range c.rotations(restarted) {
		c.rotation.saw[l] = s
	}
}
