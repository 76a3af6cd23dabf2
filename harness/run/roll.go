package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/traffic"
)

// A turn is when one component of a cluster is replaced, and by what.
type turn struct {
	pass      string
	component string
	spec      deploy.Spec
	secured   []harness.Port // what speaks TLS alone from then on
}

// A roll replaces the components of a cluster that runs, one after the other.
type roll struct {
	*cell            // whose clients ask
	d                deploy.Deployment
	name             string           // of the cluster, for what it logs
	clients          *traffic.Traffic // that everybody may serve
	intruders        *traffic.Traffic // that nobody may; nil for none
	patience, within time.Duration    // until a component ends that was asked to, and until its successor is well
	schema           bool             // whether collections are made between the steps
	identity         string           // of who makes them

	steps []rolling.Step
	met   map[string]connection.Outage // what each client had met before the step
}

// do takes turns in their order. It fails where a component could not be replaced.
func (r *roll) do(ctx context.Context, turns []turn) error {
	for _, t := range turns {
		s, err := r.take(ctx, t)
		if err != nil {
			return err
		}
		r.steps = append(r.steps, s)
		r.report(Event{Cell: r.cell.name, What: summary(s)})
	}
	return nil
}

// take takes one turn, and looks at the cluster when the component that it was about is
// well, or is waited for no longer.
func (r *roll) take(ctx context.Context, t turn) (rolling.Step, error) {
	s := rolling.Step{Pass: t.pass, Component: t.component, Secured: t.secured}
	cluster := r.d.Capabilities().Cluster
	replace, err := cluster.Replace.Get()
	if err != nil {
		return s, err
	}
	r.keepLog(cluster, t.component)
	moments := traffic.Moments{Halt: time.Now()}
	if s.Shutdown, err = replace(ctx, t.component, t.spec, r.patience); err != nil {
		return s, err
	}
	cluster = r.d.Capabilities().Cluster
	one, is := cluster.Component(t.component)
	if !is {
		return s, fmt.Errorf("%s is not there after it was replaced", t.component)
	}
	became := deploy.Await(ctx, one, func(ctx context.Context) error { return well(ctx, one) }, r.within)
	if ctx.Err() != nil {
		return s, ctx.Err()
	}
	moments.Ready = time.Now()
	moments.Loaded = moments.Ready
	s.Seconds = became.Seconds
	r.clients.Back(ctx, moments, r.Bounds.Resume)
	s.Clients = r.since(moments)
	s.Unwell, s.Ended = unwell(ctx, cluster), cluster.Ended()
	if slices.Contains(s.Unwell, t.component) {
		s.Why = why(one)
	}
	if r.intruders != nil {
		r.intruders.Once(ctx)
		s.Intruders = r.intruders.Served()
	}
	return s, r.look(ctx, &s)
}

// look asks every port what it speaks, and the cluster for a collection.
func (r *roll) look(ctx context.Context, s *rolling.Step) (err error) {
	if s.Ports, err = r.surveyPorts(ctx, r.d, r.ports(), muteBound); err != nil {
		return err
	}
	if !r.schema || slices.ContainsFunc(s.Clients, func(g connection.Outage) bool { return g.Never }) {
		return nil // who lists none makes none
	}
	way := harness.Attempt{Client: harness.Go, Port: harness.GRPC, Identity: r.identity, Request: harness.RequestSchema}.In(r.topology)
	o, err := r.attemptWithin(ctx, r.d, way, r.Bounds.Resume)
	s.Schema, s.Said = o.Outcome(), o.Detail
	return err
}

// ports are those of clients and of components.
func (r *roll) ports() []harness.Port {
	return append(r.proxyPorts(), r.offers.InternalPortsOf()...)
}

// proxyPorts are gRPC's at each proxy of a cluster.
func (c *cell) proxyPorts() []harness.Port {
	if c.topology.Cluster {
		return []harness.Port{harness.GRPC, harness.GRPC2}
	}
	return []harness.Port{harness.GRPC}
}

// since says how long each client was not served in a step, and what it met meanwhile.
func (r *roll) since(m traffic.Moments) (gaps []connection.Outage) {
	met := map[string]connection.Outage{}
	for _, g := range r.clients.Gaps(m) {
		met[g.Client] = g
		gaps = append(gaps, g.Since(r.met[g.Client]))
	}
	r.met = met
	return gaps
}

// keepLog keeps the log of a component that is going to be replaced.
func (r *roll) keepLog(of deploy.Cluster, component string) {
	one, is := of.Component(component)
	if !is || r.Log == nil {
		return
	}
	if text, _, err := one.Log(0); err == nil {
		r.Log(fmt.Sprintf("%s %s before turn %d", r.name, component, len(r.steps)+1), text)
	}
}

// why is what a component that is not well says of that.
func why(one deploy.Component) string {
	text, _, err := one.Log(0)
	if err != nil {
		return err.Error()
	}
	for _, line := range []string{milvus.Cause(text), milvus.InternalTLSError(text), milvus.LastLine(text)} {
		if line != "" {
			return short(line)
		}
	}
	return "it said nothing"
}

// summary is one line of progress.
func summary(s rolling.Step) string {
	text := fmt.Sprintf("%s: %s %s; well after %.1f s", s.Pass, s.Component, s.Shutdown, s.Seconds)
	if len(s.Unwell) > 0 {
		text = fmt.Sprintf("%s: %s %s; after %.1f s not well: %v", s.Pass, s.Component, s.Shutdown, s.Seconds, s.Unwell)
	}
	if s.Ended != "" {
		text += "; " + s.Ended + " ended"
	}
	for _, g := range s.Clients {
		if g.Never || len(g.Errors) > 0 {
			text += "; " + gapped(g)
		}
	}
	return text
}
