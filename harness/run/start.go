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
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
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
	if err == nil && l.RouteThrough != nil && c.overhearsQueue() {
		c.recorder.listenToQueue(ctx, d)
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
		bound = min(bound, c.Bounds.Stuck)
		awaited, give = c.untilItComplains(ctx, d, l.patience(c.Bounds.InternalTrouble))
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
		case o.Answer == connection.AnswerData:
			return c.componentsReady(ctx, d, a)
		case o.End == connection.EndDialRefused:
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
func (c *cell) observeOnce(ctx context.Context, d deploy.Deployment, a harness.Attempt) (connection.Observation, error) {
	target, err := c.target(d, a)
	if err != nil {
		return connection.Observation{}, err
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

// listens reports whether a server has come as far as to open its management
// port: up to then it burns a core, from then on it waits for its components.
func listens(ctx context.Context, d deploy.Deployment) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.Addr(harness.Management))
	if err != nil {
		return err
	}
	return conn.Close()
}
