package run

import (
	"context"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

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

// observeStart starts a server with one change (without one, it is the cell's own start) and
// surveys what it serves.
func (c *cell) observeStart(ctx context.Context, how start.Check) observed {
	if odd := c.topology.Odd; odd.Off() && how.Port.Component() == odd.Component {
		return observed{skip: "this component is told to speak plaintext, and the others are not"}
	}
	if whole := how.EveryPort(); whole != how {
		return c.check(ctx, whole) // one start is judged for several ports
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

// sound is the attempt that every honest server serves, once it is resolved for
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
