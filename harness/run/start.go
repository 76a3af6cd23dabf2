package run

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
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/start"
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

// startSome begins with the servers of the checks that are wanted. Compose goes
// first: it starts three servers, and takes longest.
func (c *cell) startSome(ctx context.Context, wg *sync.WaitGroup, wanted func(harness.Traits) bool) {
	var checks []harness.Check
	for _, i := range c.index[c.name] {
		if check := c.caseOf(i).Check; c.waits(i) && wanted(c.traits(check)) {
			checks = append(checks, check)
		}
	}
	slices.SortStableFunc(checks, func(a, b harness.Check) int { return cmp.Compare(c.traits(b).Servers, c.traits(a).Servers) })
	for _, check := range checks {
		wg.Go(func() { c.check(ctx, check.Resolve(c.topology)) })
	}
}

// sound is the attempt that every honest server serves, once it is fitted to
// the topology.
var sound = harness.Attempt{Client: harness.Raw, Port: harness.GRPC}

// startControl is the control of a server that did not start: the same
// deployment with the one setting repaired, asked for data. The cell's cases share it.
func (c *cell) startControl(ctx context.Context, change harness.ConfigChange) (harness.Facts, error) {
	if change != (harness.ConfigChange{}) {
		s := c.check(ctx, sound.Resolve(c.topology))
		return s.facts, s.err
	}
	c.repair.Do(func() { c.repaired.facts, c.repaired.err = c.startRepaired(ctx) })
	return c.repaired.facts, c.repaired.err
}

// startRepaired starts the deployment with the one setting repaired, and asks it for
// data.
func (c *cell) startRepaired(ctx context.Context) (harness.Facts, error) {
	repaired := c.topology
	if c.topology.RepairedTopology != "" {
		repaired = c.Scheduler.topology(c.topology.RepairedTopology)
	}
	s := c.startAnother(ctx, c.launch(c.called()+" repaired", repaired, start.Check{}), func(ctx context.Context, d deploy.Deployment, boot start.Facts) observed {
		if !boot.Ready {
			return observed{err: fmt.Errorf("%s did not become ready either", repaired.Name)}
		}
		o, err := c.attempt(ctx, d, sound.In(repaired))
		if err != nil {
			return observed{err: err}
		}
		return observed{facts: &o}
	})
	return s.facts, s.err
}

// idleAfter is when a server that is expected to get nowhere has done its work
// and only waits: it may never open its management port.
const idleAfter = 3 * time.Second

// start deploys a server and waits until it is ready, has ended, or the bound
// is over. Its caller has a place among those that boot, which start gives up
// as soon as the server is through the busy part of its boot.
func (c *cell) start(ctx context.Context, l launch) (deploy.Deployment, start.Facts, error) {
	if c.provider().Attached {
		<-c.boots
		d, err := c.Providers[c.server.Provider].Deploy(ctx, l.Spec)
		return d, start.Facts{Ready: err == nil}, err
	}
	d, err := c.deploy(ctx, l)
	ran := uptime(d)
	if err == nil && l.RouteThrough != nil && c.overhears() {
		c.recorder.listen(ctx, d, c.offers.InternalPortsOf())
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
		return nil, start.Facts{}, err
	}
	bound := c.Bounds.Ready
	if l.within > 0 {
		bound = min(bound, max(0, seconds(l.within)-ran()))
	}
	awaited, give := ctx, func() {}
	if l.stuck() {
		bound = min(bound, stuckBound)
		awaited, give = c.untilItComplains(ctx, d, c.Bounds.InternalTrouble)
	}
	ready := func(ctx context.Context) error { return c.ready(ctx, d, l.ways()) }
	became := deploy.Await(awaited, d, ready, bound)
	give()
	if l.within > 0 && c.settled != nil && !became.Ready && !became.Exited {
		became = c.awaitLonger(ctx, d, ready, ran)
	}
	boot := start.Facts{Ready: became.Ready, Exited: became.Exited, Status: became.Status, Seconds: ran().Seconds()}
	log, _, err := d.Log(0)
	if err != nil {
		return d, boot, fmt.Errorf("deploy %s: read log: %w", l.Name, err)
	}
	if boot.Exited && (lost(d) != nil || milvus.Starved(log) != "") {
		return d, boot, fmt.Errorf("deploy %s: %w", l.Name, endingOf(d, 0)) // not over what it was given
	}
	boot.View = d.Capabilities().MountView
	explain(&boot, blame(ctx, d, &boot, log))
	if !boot.Exited && !boot.Ready && l.internal() {
		boot.TLSError = milvus.InternalTLSError(log) // others than those of components have nothing to do with it
	}
	return d, boot, nil
}

// explain adds to a start what the server's log says of it.
func explain(boot *start.Facts, log []byte) {
	switch {
	case boot.Exited:
		boot.Cause, boot.LastLine, boot.Canceled = milvus.Cause(log), milvus.LastLine(log), milvus.Canceled(log)
	case !boot.Ready:
		boot.TLSError, boot.LastLine = milvus.TLSErrorLine(log), milvus.LastLine(log)
	}
	boot.Says = milvus.RESTLogLine(log)
}

// ready makes one control data call in each way in which a server of any
// honesty may answer: as configured, in plaintext, over TLS.
func (c *cell) ready(ctx context.Context, d deploy.Deployment, ways []harness.Attempt) error {
	var last error
	for _, a := range ways {
		o, err := c.observeOnce(ctx, d, a)
		switch {
		case err != nil:
			last = err
		case o.Answer == harness.AnswerData:
			return c.componentsReady(ctx, d, a)
		case o.End == harness.EndDialRefused:
			return errors.New("nothing listens")
		case o.Answer != "":
			return errors.New(o.Outcome().Summary()) // the right way in, too early
		default:
			last = errors.New(o.Outcome().Summary())
		}
	}
	return last
}

// observeOnce makes an attempt of the raw client that is soon over.
func (c *cell) observeOnce(ctx context.Context, d deploy.Deployment, a harness.Attempt) (harness.Observation, error) {
	target, err := c.target(d, a)
	if err != nil {
		return harness.Observation{}, err
	}
	target.Bound = min(target.Bound, 2*time.Second)
	return probe.All[harness.Raw].Observe(ctx, target)
}

func waysIn(t harness.Topology) []harness.Attempt {
	as := func(a harness.Attempt) harness.Attempt { return a.In(t) }
	base := harness.Attempt{Client: harness.Raw, Port: harness.GRPC}
	if t.Recipe != "" { // whether clients accept what a recipe made is for the cases to find out
		base.TrustStore = harness.TrustAnything
	}
	if t.Recipe != "" && t.Mode == 2 {
		base.Identity = t.ControlIdentity()
	}
	configured := as(base)
	ways := []harness.Attempt{configured}
	for _, over := range []harness.Transport{harness.TransportPlain, harness.TransportTLS} {
		if other := as(harness.Attempt{Client: harness.Raw, Port: harness.GRPC, Transport: over, Identity: identityOver(over), TrustStore: base.TrustStore}); other != configured {
			ways = append(ways, other)
		}
	}
	return ways
}

func identityOver(w harness.Transport) string {
	if w == harness.TransportTLS {
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

var _ = runs((*cell).observeStart, (*cell).proveStart)

// What a start would be held against is not there where an upgrade's server did not start.
func init() {
	skips[start.Check](func(c *cell) string {
		if c.upgrade != nil && c.failed == nil && !c.boot.Ready {
			return unstarted
		}
		return ""
	})
}

// proveStart holds a start against the same deployment with nothing wrong.
func (c *cell) proveStart(ctx context.Context, l start.Check, saw observed, e *checks.Evidence) {
	e.Names = names(l.Change)
	if l.Change.Manifest != "" {
		e.Names = c.namesIn(l.Change.Manifest)
	}
	e.Internal = c.topology.Internal != harness.InternalOff
	var err error
	if e.HSTS, err = milvus.HSTS(l.Change); err != nil {
		e.Err = err
	}
	boot, started := saw.facts.(*start.Facts)
	switch {
	case e.Internal:
		c.proveComponents(ctx, l, e)
	case started && !boot.Ready:
		e.Control, e.ControlErr = c.startControl(ctx, l.Change)
	}
	if c.boot.Ready {
		e.ReadySeconds = c.boot.Seconds
	}
}

// observeStart starts a server with one change, or looks at the cell's own start
// where there is none, and surveys what it serves.
func (c *cell) observeStart(ctx context.Context, how start.Check) observed {
	if whole := how.EveryPort(); whole != how {
		return c.check(ctx, whole) // one start is looked at from the side of several ports
	}
	if how.Change == (harness.ConfigChange{}) && !how.Repaired {
		if c.failed != nil {
			return observed{err: c.failed}
		}
		return c.surveyed(ctx, c.deployed, c.boot)
	}
	if how.Repaired {
		return c.observeRepaired(ctx)
	}
	if why := c.notShipped(shippedWay(c.topology)); how.Change.Shipped && why != "" {
		return observed{skip: why}
	}
	l := c.launch(c.called()+" with "+how.Change.String(), c.topology, how)
	return c.startAnother(ctx, l, func(ctx context.Context, d deploy.Deployment, boot start.Facts) observed {
		s := c.surveyed(ctx, d, boot)
		if how.Change.Shipped && s.err == nil && boot.Ready {
			s.err = c.surveyShipped(ctx, d, s.facts.(*start.Facts))
		}
		if how.Change.Manifest != "" && s.err == nil && boot.Ready {
			s.err = c.surveyPod(ctx, d, s.facts.(*start.Facts))
		}
		return s
	})
}

// surveyed adds to a start what the server serves, way by way.
func (c *cell) surveyed(ctx context.Context, d deploy.Deployment, boot start.Facts) observed {
	if boot.Ready {
		ways := []harness.Attempt{{Client: harness.Raw, Port: harness.GRPC}, {Client: harness.REST, Port: harness.GRPC}}
		if d.Addr(harness.HTTP) != d.Addr(harness.GRPC) {
			ways = append(ways, harness.Attempt{Client: harness.REST, Port: harness.HTTP})
		}
		for _, way := range ways {
			for _, over := range []harness.Transport{harness.TransportTLS, harness.TransportPlain} {
				way.Transport, way.Identity = over, identityOver(over)
				o, err := c.attempt(ctx, d, way.In(c.topology))
				if err != nil {
					return observed{err: fmt.Errorf("survey what was started: %w", err)}
				}
				boot.Survey = append(boot.Survey, start.SurveyEntry{
					Port: way.Port, Client: way.Client, Transport: over, Outcome: o.Outcome(), ServerCert: o.ServerCert, HSTS: o.HSTS,
				})
			}
		}
	}
	if c.features[harness.HasInternalTLS] {
		if err := c.surveyComponents(ctx, d, &boot); err != nil {
			return observed{err: err}
		}
	}
	return observed{facts: &boot}
}
