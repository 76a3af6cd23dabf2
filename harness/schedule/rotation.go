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

func isRotation(l harness.Look) bool {
	_, is := l.(harness.Rotation)
	return is
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
	c.rotation.once.Do(func() { c.rotate(ctx) })
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

// rotate carries the rotation out.
func (c *cell) rotate(ctx context.Context) {
	c.rotation.saw = map[harness.Rotation]seen{}
	name := c.name.String() + " with its files replaced"
	first, s := c.begin(ctx, c.launch(name, c.topology, harness.Start{}))
	if first != nil {
		defer c.end(first, name)
	}
	if s = c.replace(name, s); !c.turn(ctx, first, s, false) {
		c.answer(s, true)
		return
	}
	if len(c.rotations(true)) == 0 {
		return
	}
	heirloom, can := first.(deploy.Heirloom)
	if !can {
		c.answer(seen{skip: fmt.Sprintf("the provider %s cannot start a server again", c.server.Provider)}, true)
		return
	}
	if _, err := heirloom.Halt(ctx, restartPatience); err != nil {
		c.answer(seen{err: err}, true)
		return
	}
	l := c.launch(name+", again", c.topology, harness.Start{})
	l.Files, l.by = c.filesOf(name), heirloom.Succeed
	again, s := c.begin(ctx, l)
	if again != nil {
		defer c.end(again, l.Name)
	}
	c.turn(ctx, again, s, true)
}

// begin starts a server of the rotation, and says what is to be seen of it where
// it does not get ready.
func (c *cell) begin(ctx context.Context, l launch) (deploy.Deployment, seen) {
	d, boot, err := c.start(ctx, c.queue(l))
	switch {
	case err != nil:
		return d, seen{err: err}
	case !boot.Ready:
		return d, seen{err: fmt.Errorf("the server did not become ready: %s%s", boot.Cause, boot.Complains)}
	}
	return d, seen{}
}

// replace replaces the files of a server that runs.
func (c *cell) replace(name string, s seen) seen {
	if s.err != nil {
		return s
	}
	renewed, err := c.wallet.Renewed()
	if err != nil {
		return seen{err: err}
	}
	c.rotation.renewed = renewed
	if _, err := renewed.Joining().WriteServer(c.filesOf(name).Dir, harness.Change{}); err != nil {
		return seen{err: fmt.Errorf("replace the server's files: %w", err)}
	}
	return seen{}
}

// turn takes every look before the restart, or after it, at a server that is
// there. It reports false where there is none.
func (c *cell) turn(ctx context.Context, d deploy.Deployment, s seen, restarted bool) bool {
	if s != (seen{}) {
		c.answer(s, restarted)
		return false
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, l := range c.rotations(restarted) {
		all.Go(func() {
			o, err := c.attempt(ctx, d, l.Attempt)
			mu.Lock()
			defer mu.Unlock()
			c.rotation.saw[l] = seen{observation: &o, err: err}
		})
	}
	all.Wait()
	return true
}

// answer gives the same to every look before the restart, or after it.
func (c *cell) answer(s seen, restarted bool) {
	for _, l := range c.rotations(restarted) {
		c.rotation.saw[l] = s
	}
}
