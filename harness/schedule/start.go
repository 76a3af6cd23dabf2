package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/probe"
)

// startOthers begins at once with the servers that have a change of their own:
// they wait for nothing that the cell's own server does.
func (c *cell) startOthers(ctx context.Context) *sync.WaitGroup {
	var wg sync.WaitGroup
	c.startSome(ctx, &wg, startsAnother)
	return &wg
}

// startSome begins with the servers of the looks that are wanted. Compose goes
// first: it starts three servers, and takes longest.
func (c *cell) startSome(ctx context.Context, wg *sync.WaitGroup, wanted func(harness.Look) bool) {
	var looks []harness.Look
	for _, i := range c.index[c.name] {
		if look := c.caseOf(i).Look; c.waits(i) && wanted(look) {
			looks = append(looks, look)
		}
	}
	slices.SortStableFunc(looks, func(a, b harness.Look) int { return cmp.Compare(servers(b), servers(a)) })
	for _, look := range looks {
		wg.Go(func() { c.look(ctx, look.Fit(c.topology)) })
	}
}

// servers is how many a look starts.
func servers(l harness.Look) int {
	if start, is := l.(harness.Start); is && start.Change.Layout != "" {
		return 3
	}
	return 1
}

func startsAnother(l harness.Look) bool {
	switch l := l.(type) {
	case harness.Start:
		return l.Change != (harness.Change{})
	case harness.Rotation:
		return true
	case harness.Passage:
		return l.Of == harness.OfSettings || l.Of == harness.OfDrops || l.Of == harness.OfReturn && l.Change != (harness.Change{})
	}
	return false
}

// sound is the attempt that every honest server serves, once it is fitted to
// the topology.
var sound = harness.Attempt{Via: harness.Raw, At: harness.GRPC}

// startControl is the control of a server that did not start: the same
// deployment with the one setting repaired, asked for data. The cell's cases share it.
func (c *cell) startControl(ctx context.Context, change harness.Change) (harness.Facts, error) {
	if change != (harness.Change{}) {
		s := c.look(ctx, sound.Fit(c.topology))
		return s.facts, s.err
	}
	c.repair.Do(func() { c.repaired.facts, c.repaired.err = c.startRepaired(ctx) })
	return c.repaired.facts, c.repaired.err
}

// startRepaired starts the deployment with the one setting repaired, and asks it for
// data.
func (c *cell) startRepaired(ctx context.Context) (harness.Facts, error) {
	repaired := c.topology
	if c.topology.Instead != "" {
		repaired = c.Scheduler.topology(c.topology.Instead)
	}
	s := c.startAnother(ctx, c.launch(c.called()+" repaired", repaired, harness.Start{}), func(ctx context.Context, d deploy.Deployment, boot harness.Boot) seen {
		if !boot.Ready {
			return seen{err: fmt.Errorf("%s did not become ready either", repaired.Name)}
		}
		o, err := c.attempt(ctx, d, sound.Fit(repaired).(harness.Attempt))
		if err != nil {
			return seen{err: err}
		}
		return seen{facts: &o}
	})
	return s.facts, s.err
}

// idleAfter is when a server that is expected to get nowhere has done its work
// and only waits: it may never open its management port.
const idleAfter = 3 * time.Second

// start deploys a server and waits until it is ready, has ended, or the bound
// is over. Its caller has a place among those that boot, which start gives up
// as soon as the server is through the busy part of its boot.
func (c *cell) start(ctx context.Context, l launch) (deploy.Deployment, harness.Boot, error) {
	if standing, is := c.Providers[c.server.Provider].(deploy.Standing); is {
		<-c.boots
		d, err := standing.Deploy(ctx, l.Spec)
		return d, harness.Boot{Ready: err == nil}, err
	}
	d, err := c.deploy(ctx, l)
	ran := uptime(d)
	if err == nil && l.Through != nil && c.overhears() {
		c.hops.listen(ctx, d, c.features.InternalPortsOf())
	}
	if err == nil {
		busy := c.Bounds.Ready
		if l.within > 0 {
			busy = min(busy, idleAfter)
		}
		deploy.Await(ctx, d, func(ctx context.Context) error { return listens(ctx, d) }, busy)
	}
	<-c.boots
	if l.aside {
		<-c.aside
	}
	if err != nil {
		return nil, harness.Boot{}, err
	}
	bound := c.Bounds.Ready
	if l.within > 0 {
		bound = min(bound, max(0, seconds(l.within)-ran()))
	}
	awaited, give := ctx, func() {}
	if l.stuck() {
		bound = min(bound, stuckBound)
		awaited, give = c.untilItComplains(ctx, d)
	}
	ready := func(ctx context.Context) error { return c.ready(ctx, d, l.ways()) }
	boot := deploy.Await(awaited, d, ready, bound)
	give()
	if l.within > 0 && c.settled != nil && !boot.Ready && !boot.Exited {
		boot = c.awaitLonger(ctx, d, ready, ran)
	}
	boot.Seconds = ran().Seconds()
	log, _, err := d.Log(0)
	if err != nil {
		return d, boot, fmt.Errorf("deploy %s: read log: %w", l.Name, err)
	}
	if boot.Exited && (lost(d) != nil || milvus.Starved(log) != "") {
		return d, boot, fmt.Errorf("deploy %s: %w", l.Name, endingOf(d, 0)) // not over what it was given
	}
	if v, differs := d.(deploy.Viewer); differs {
		boot.View = v.View()
	}
	explain(&boot, log)
	if !boot.Exited && !boot.Ready && l.internal() {
		boot.Complains = milvus.InternalTLSError(log) // others than those of components have nothing to do with it
	}
	return d, boot, nil
}

// explain adds to a start what the server's log says of it.
func explain(boot *harness.Boot, log []byte) {
	switch {
	case boot.Exited:
		boot.Cause, boot.Last, boot.Canceled = milvus.Cause(log), milvus.LastLine(log), milvus.Canceled(log)
	case !boot.Ready:
		boot.Complains, boot.Last = milvus.TLSErrorLine(log), milvus.LastLine(log)
	}
	boot.Says = milvus.RESTLogLine(log)
}

// ready makes one control data call in each way in which a server of any
// honesty may answer: as configured, in plaintext, over TLS.
func (c *cell) ready(ctx context.Context, d deploy.Deployment, ways []harness.Attempt) error {
	var last error
	for _, a := range ways {
		target, err := c.target(d, a)
		if err != nil {
			return err
		}
		target.Bound = min(target.Bound, 2*time.Second)
		o, err := probe.All[harness.Raw].Observe(ctx, target)
		switch {
		case err != nil:
			last = err
		case o.Answer == harness.AnswerData:
			return nil
		case o.End == harness.EndDialRefused:
			return errors.New("nothing listens")
		case o.Answer != "":
			return errors.New(o.Outcome().Words()) // the right way in, too early
		default:
			last = errors.New(o.Outcome().Words())
		}
	}
	return last
}

func waysIn(t harness.Topology) []harness.Attempt {
	as := func(a harness.Attempt) harness.Attempt { return a.Fit(t).(harness.Attempt) }
	base := harness.Attempt{Via: harness.Raw, At: harness.GRPC}
	if t.Recipe != "" { // whether clients accept what a recipe made is for the cases to find out
		base.Trusting = harness.TrustBlind
	}
	if t.Recipe != "" && t.Mode == 2 {
		base.As = t.Welcome()
	}
	configured := as(base)
	ways := []harness.Attempt{configured}
	for _, over := range []harness.Wire{harness.WirePlain, harness.WireTLS} {
		if other := as(harness.Attempt{Via: harness.Raw, At: harness.GRPC, Over: over, As: identityOver(over), Trusting: base.Trusting}); other != configured {
			ways = append(ways, other)
		}
	}
	return ways
}

func identityOver(w harness.Wire) string {
	if w == harness.WireTLS {
		return harness.Good
	}
	return harness.Nobody
}

// listens tells whether a server has come as far as to open its management
// port: up to then it burns a core, from then on it waits for its components.
func listens(ctx context.Context, d deploy.Deployment) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.Addr(harness.Management))
	if err != nil {
		return err
	}
	return conn.Close()
}

var _ = runs((*cell).takeStart, (*cell).holdStart)

// holdStart holds a start against the same deployment with nothing wrong.
func (c *cell) holdStart(ctx context.Context, l harness.Start, saw seen, e *harness.Evidence) {
	e.Names = names(l.Change)
	if l.Change.Manifest != "" {
		e.Names = c.namesIn(l.Change.Manifest)
	}
	e.Internal = c.topology.Internal != harness.InternalOff
	var err error
	if e.HSTS, err = milvus.HSTS(l.Change); err != nil {
		e.Err = err
	}
	boot, started := saw.facts.(*harness.Boot)
	switch {
	case e.Internal:
		c.holdComponents(ctx, l, e)
	case started && !boot.Ready:
		e.Control, e.Lost = c.startControl(ctx, l.Change)
	}
	if c.boot.Ready {
		e.Readied = c.boot.Seconds
	}
}

// takeStart starts a server with one change, or looks at the cell's own start
// where there is none, and surveys what it serves.
func (c *cell) takeStart(ctx context.Context, how harness.Start) seen {
	if whole := how.Whole(); whole != how {
		return c.look(ctx, whole) // one start is looked at from the side of several ports
	}
	if how.Change == (harness.Change{}) && !how.Repaired {
		if c.failed != nil {
			return seen{err: c.failed}
		}
		return c.surveyed(ctx, c.deployed, c.boot)
	}
	if how.Repaired {
		return c.takeRepaired(ctx)
	}
	if why := c.notShipped(shippedWay(c.topology)); how.Change.Shipped && why != "" {
		return seen{skip: why}
	}
	l := c.launch(c.called()+" with "+how.Change.String(), c.topology, how)
	return c.startAnother(ctx, l, func(ctx context.Context, d deploy.Deployment, boot harness.Boot) seen {
		s := c.surveyed(ctx, d, boot)
		if how.Change.Shipped && s.err == nil && boot.Ready {
			s.err = c.surveyShipped(ctx, d, s.facts.(*harness.Boot))
		}
		if how.Change.Manifest != "" && s.err == nil && boot.Ready {
			s.err = c.surveyPod(ctx, d, s.facts.(*harness.Boot))
		}
		return s
	})
}

// surveyed adds to a start what the server serves, way by way.
func (c *cell) surveyed(ctx context.Context, d deploy.Deployment, boot harness.Boot) seen {
	if boot.Ready {
		ways := []harness.Attempt{{Via: harness.Raw, At: harness.GRPC}, {Via: harness.REST, At: harness.GRPC}}
		if d.Addr(harness.HTTP) != d.Addr(harness.GRPC) {
			ways = append(ways, harness.Attempt{Via: harness.REST, At: harness.HTTP})
		}
		for _, way := range ways {
			for _, over := range []harness.Wire{harness.WireTLS, harness.WirePlain} {
				way.Over, way.As = over, identityOver(over)
				o, err := c.attempt(ctx, d, way.Fit(c.topology).(harness.Attempt))
				if err != nil {
					return seen{err: fmt.Errorf("survey what was started: %w", err)}
				}
				boot.Survey = append(boot.Survey, harness.Seen{
					Port: way.At, Speaks: way.Via, Wire: over, Outcome: o.Outcome(), Peer: o.Peer, HSTS: o.HSTS,
				})
			}
		}
	}
	if c.features[harness.HasInternalTLS] {
		if err := c.surveyComponents(ctx, d, &boot); err != nil {
			return seen{err: err}
		}
	}
	return seen{facts: &boot}
}
