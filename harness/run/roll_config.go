package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/milvus-io/milvus/client/v2/milvusclient"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/traffic"
)

var _ = runs((*cell).observeRolling, nil)

// observeRolling returns what one check looks at.
func (c *cell) observeRolling(ctx context.Context, l rolling.Check) observed {
	saw := observed{err: errors.New("there is no rolling upgrade in this run")}
	switch {
	case l.Change == rolling.Release && c.upgrade != nil:
		saw = c.upgrade.rolled()
	case l.Change != rolling.Release && c.Plan.Upgrade != nil:
		return observed{skip: "judged where servers are not upgraded"}
	case l.Change == rolling.InternalOn && c.topology.Internal != harness.InternalOff:
		return observed{skip: "TLS between components is on from the start"}
	case l.Change != rolling.Release:
		saw = c.rolls.get(l.Change, func() observed { return c.reconfigure(ctx, l.Change) })
	}
	if f, is := saw.facts.(*rolling.Facts); is {
		own := *f
		own.Aspect, saw.facts = l.Aspect, &own
	}
	return saw
}

// rollPatience is how long a component is given to end by itself: it keeps nothing that
// matters.
const rollPatience = 5 * time.Second

// A stage is what the components are given, one after the other, and who asks meanwhile.
type stage struct {
	pass       string
	topology   harness.Topology
	certs      *pki.CertSet
	components []string // whose turn it is, by their roles; nil for every one
	client     string   // the identity of those who ask
	secured    func(component string) []harness.Port
}

// reconfigure starts a cluster and gives its components something else, one at a time.
func (c *cell) reconfigure(ctx context.Context, change rolling.Change) observed {
	stages, err := c.stages(change)
	if err != nil {
		return observed{err: err}
	}
	l := c.launch(fmt.Sprintf("%s rolled through %s", c.called(), change), c.topology, start.Check{})
	l.Followed = true
	d, _, err := c.begin(ctx, l)
	if d != nil {
		defer c.end(d, l.Name)
	}
	if err != nil {
		return observed{err: err}
	}
	facts := &rolling.Facts{}
	for i, s := range stages {
		if l.Files, err = s.certs.WriteServer(c.filesOf(fmt.Sprintf("%s %d", l.Name, i+1)).Dir, harness.ConfigChange{}); err != nil {
			return observed{err: err}
		}
		l.Topology = s.topology
		steps, err := c.throughStage(ctx, d, l, s)
		if err != nil {
			return observed{err: err}
		}
		facts.Steps = append(facts.Steps, steps...)
		if i+1 < len(stages) && steps[len(steps)-1].Broken() { // whoever does this goes no further
			facts.Unbegun = stages[i+1].pass
			break
		}
	}
	return observed{facts: facts}
}

// stages are what a change consists of.
func (c *cell) stages(change rolling.Change) (all []stage, err error) {
	has := c.offers.InternalPortsOf()
	switch change {
	case rolling.InternalOn:
		on := c.topology
		on.Internal = harness.InternalOn
		return []stage{{"internal TLS on", on, c.certs, nil, "", func(component string) []harness.Port {
			return []harness.Port{harness.Port("internal-" + component)}
		}}}, nil
	case rolling.InternalCA:
		passes, err := c.certs.InternalCAHandover()
		for _, p := range passes {
			all = append(all, stage{p.Name, c.topology, p.Certs, nil, "", func(string) []harness.Port { return has }})
		}
		return all, err
	case rolling.ClientCA:
		clients := []string{harness.Good, pki.ForeignCA} // each of whom both the state before and after the pass let in
		for i, p := range c.certs.ClientCAHandover() {
			all = append(all, stage{p.Name, c.topology, p.Certs, []string{"proxy"}, clients[i], func(string) []harness.Port { return c.proxyPorts() }})
		}
		return all, nil
	case rolling.Release:
	}
	return nil, fmt.Errorf("there is no change %q of a configuration", change)
}

// throughStage takes every component of a stage its turn, under traffic.
func (c *cell) throughStage(ctx context.Context, d deploy.Deployment, l launch, s stage) ([]rolling.Step, error) {
	clients, err := c.listing(d, s.client)
	if err != nil {
		return nil, err
	}
	intruders, err := c.intruders(d)
	if err != nil {
		return nil, err
	}
	r := roll{
		cell: c, d: d, name: l.Name, clients: traffic.Start(ctx, clients...), intruders: traffic.Start(ctx, intruders...),
		patience: rollPatience, within: c.Bounds.Stuck, schema: true, identity: s.client,
	}
	defer r.clients.Stop()
	defer r.intruders.Stop()
	var turns []turn
	secured := r.secured()
	for _, one := range milvus.RollingOrder(milvus.Components(c.features, c.topology)) {
		if s.components == nil || slices.Contains(s.components, one.Role) {
			secured = append(slices.Clone(secured), s.secured(one.Name)...)
			turns = append(turns, turn{pass: s.pass, component: one.Name, spec: l.Spec, secured: secured})
		}
	}
	began := time.Now()
	r.clients.Back(ctx, traffic.Moments{Halt: began, Ready: began, Loaded: began}, c.Bounds.Resume) // until all are connected
	err = r.do(ctx, turns)
	return r.steps, err
}

// secured are the ports that speak TLS alone in the cell's topology.
func (c *cell) secured() (all []harness.Port) {
	if c.topology.TLS() {
		all = c.proxyPorts()
	}
	if c.topology.Internal != harness.InternalOff {
		all = append(all, c.offers.InternalPortsOf()...)
	}
	return all
}

// listing returns one client for each proxy, that lists collections and stays connected.
// One that is not let in at first goes on trying.
func (c *cell) listing(d deploy.Deployment, identity string) (all []traffic.Client, err error) {
	for _, port := range c.proxyPorts() {
		target, err := c.resolved(d, harness.Attempt{Client: harness.Go, Port: port, Identity: identity})
		if err != nil {
			return nil, err
		}
		var connected atomic.Pointer[milvusclient.Client]
		all = append(all, traffic.Client{Name: "go, listing collections" + atPort(port), Ask: func(ctx context.Context) error {
			client := connected.Load()
			if client == nil {
				made, err := probe.Connect(ctx, target)
				if err != nil {
					return err
				}
				if client = made; !connected.CompareAndSwap(nil, made) { // another call has connected meanwhile
					_ = made.Close(context.WithoutCancel(ctx))
					client = connected.Load()
				}
			}
			_, err := client.ListCollections(ctx, milvusclient.NewListCollectionOption())
			return err
		}})
	}
	return all, nil
}
