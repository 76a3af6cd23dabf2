package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/traffic"
)

var _ = runs((*cell).observeTraffic, nil)

// observeTraffic returns what one check looks at.
func (c *cell) observeTraffic(ctx context.Context, l rotation.Traffic) observed {
	if why := c.keepsFiles(); why != "" {
		return observed{skip: why}
	}
	way := rotation.Traffic{Manner: l.Manner, Whole: l.Whole}
	saw := c.replaced.get(way, func() observed {
		return c.onceMore(ctx, fmt.Sprintf("%s with its files replaced under traffic, %s", c.called(), way.Name()), func(name string) observed {
			return c.rotateUnderTraffic(ctx, name, way)
		})
	})
	if f, is := saw.facts.(*rotation.Facts); is {
		own := *f
		own.Aspect, saw.facts = l.Aspect, &own
	}
	return saw
}

// keepsFiles says why the files of the cell's servers are not replaced; empty where they are.
func (c *cell) keepsFiles() string {
	if c.Plan.Upgrade != nil {
		return "judged where servers are not upgraded"
	}
	if c.provider().CopiesFiles {
		return fmt.Sprintf("a server of the provider %s has copies of its files, which are not replaced", c.server.Provider)
	}
	return ""
}

// A replacing is one server after the other whose files are replaced under traffic.
type replacing struct {
	*cell
	launch launch
	files  placed
	d      deploy.Deployment
	boot   start.Facts
	rest   bool // REST is served
}

// passes are what a server begins with and what its files are replaced by. A good client is
// served throughout, as who looks after the server expects.
func (c *cell) passes(whole bool) (first *pki.CertSet, all []pki.Pass, err error) {
	renewed, err := c.certs.WithRenewedServerCert()
	if err != nil {
		return nil, nil, err
	}
	if !whole {
		return c.certs.WithSecondCA(), []pki.Pass{{Name: "a renewed certificate, and one of two CAs removed", Certs: renewed}}, nil
	}
	return c.certs, []pki.Pass{
		{Name: "a renewed certificate", Certs: renewed},
		{Name: "a second CA", Certs: renewed.WithSecondCA()},
		{Name: "one CA removed again", Certs: renewed},
	}, nil
}

// rotateUnderTraffic takes a server of the cell's kind through every pass.
func (c *cell) rotateUnderTraffic(ctx context.Context, name string, way rotation.Traffic) observed {
	first, passes, err := c.passes(way.Whole)
	if err != nil {
		return observed{err: err}
	}
	r := &replacing{cell: c, files: placed{ServerFiles: c.filesOf(name), manner: way.Manner}}
	if err := r.files.put(first); err != nil {
		return observed{err: err}
	}
	r.launch = c.launch(name, c.topology, start.Check{})
	r.launch.Files, r.launch.Followed = r.files.ServerFiles, true
	r.d, r.boot, err = c.begin(ctx, r.launch)
	defer func() {
		if r.d != nil {
			c.end(r.d, r.launch.Name)
		}
	}()
	if err != nil {
		return observed{err: err}
	}
	rest, err := c.attempt(ctx, r.d, harness.Attempt{Client: harness.Raw, Port: harness.HTTP}.In(c.topology))
	if err != nil {
		return observed{err: err}
	}
	r.rest = rest.Outcome() == harness.Served
	facts := &rotation.Facts{Manner: way.Manner}
	for i, p := range passes {
		s, err := r.pass(ctx, p, i+1 == len(passes))
		if err != nil {
			return observed{err: err}
		}
		facts.Steps = append(facts.Steps, s)
	}
	return observed{facts: facts}
}

// pass replaces the files once, and then the server. The last pass removes a CA.
func (r *replacing) pass(ctx context.Context, p pki.Pass, removes bool) (rotation.Step, error) {
	s := rotation.Step{Pass: p.Name}
	var gone *traffic.Traffic
	if removes {
		s.Removed = &rotation.Removed{}
		clients, err := r.asking(pki.ForeignCA)
		if err != nil {
			return s, err
		}
		gone = traffic.Start(ctx, clients...)
		defer gone.Stop()
	}
	clients, err := r.asking(harness.Good)
	if err != nil {
		return s, err
	}
	asking := traffic.Start(ctx, clients...)
	defer asking.Stop()
	if err := r.underWay(ctx, asking, gone); err != nil {
		return s, err
	}
	if err := r.watchedNow(ctx, func(ctx context.Context) error { return r.whileRunning(ctx, &s, p, asking, gone) }); err != nil {
		return s, err
	}
	return s, r.restart(ctx, &s, asking, gone)
}

// underWay waits until every client was served once: whoever is not shows nothing later.
func (r *replacing) underWay(ctx context.Context, all ...*traffic.Traffic) error {
	for _, t := range all {
		if t == nil {
			continue
		}
		t.Once(ctx)
		for name, served := range t.Served() {
			if served == 0 {
				return fmt.Errorf("%s was not served before anything was replaced: %v", name, t.Gaps(traffic.Moments{}))
			}
		}
	}
	return ctx.Err()
}

// rounds is how often every client asks once more, besides what it asks by itself, so that
// there are calls however slow the machine is.
const rounds = 3

// whileRunning replaces the files of the server that runs.
func (r *replacing) whileRunning(ctx context.Context, s *rotation.Step, p pki.Pass, asking, gone *traffic.Traffic) error {
	before := outages(asking, traffic.Moments{Halt: time.Now()})
	served := servedBy(gone)
	replaced := time.Now()
	if err := r.files.put(p.Certs); err != nil {
		return err
	}
	for range rounds {
		asking.Once(ctx)
		if gone != nil {
			gone.Once(ctx)
		}
	}
	s.Running = since(before, outages(asking, traffic.Moments{Halt: replaced, Ready: replaced, Loaded: replaced}))
	if gone != nil {
		s.Removed.Running = more(served, servedBy(gone))
	}
	return ctx.Err()
}

// restart starts the server again, on the files that replaced its own.
func (r *replacing) restart(ctx context.Context, s *rotation.Step, asking, gone *traffic.Traffic) error {
	succession, err := r.d.Capabilities().Succession.Get()
	if err != nil {
		return err
	}
	m := traffic.Moments{Halt: time.Now()}
	before := outages(asking, m)
	if s.Shutdown, err = succession.Shutdown(ctx, restartPatience); err != nil {
		return err
	}
	again := r.launch
	again.Name = fmt.Sprintf("%s, %s", r.launch.Name, s.Pass)
	again.by = succession.Start
	d, boot, err := r.begin(ctx, again)
	if d != nil {
		r.end(r.d, r.launch.Name)
		r.d, r.boot, r.launch.Name = d, boot, again.Name
	}
	if err != nil {
		return err
	}
	m.Ready = time.Now()
	m.Loaded = m.Ready
	s.Seconds = m.Ready.Sub(m.Halt).Seconds()
	return r.watchedNow(ctx, func(ctx context.Context) error {
		r.awaitRefusalLog(ctx, r.d)
		served := servedBy(gone) // what a server that was ending answered is over
		asking.Back(ctx, m, r.Bounds.Resume)
		s.Downtime = since(before, outages(asking, m))
		if gone == nil {
			return ctx.Err()
		}
		gone.Briefly(ctx)
		s.Removed.After = more(served, servedBy(gone))
		return r.refusals(ctx, s.Removed)
	})
}

// refusals has clients of both CAs connect, at each port that serves.
func (r *replacing) refusals(ctx context.Context, into *rotation.Removed) error {
	into.Refusal, into.Control = map[harness.Port]harness.Outcome{}, map[harness.Port]harness.Outcome{}
	ports := []harness.Port{harness.GRPC}
	if r.rest {
		ports = append(ports, harness.HTTP)
	}
	for _, port := range ports {
		for identity, outcomes := range map[string]map[harness.Port]harness.Outcome{pki.ForeignCA: into.Refusal, harness.Good: into.Control} {
			o, err := r.attempt(ctx, r.d, harness.Attempt{Client: harness.Raw, Port: port, Identity: identity}.In(r.topology))
			if err != nil {
				return err
			}
			outcomes[port] = o.Outcome()
		}
	}
	return nil
}

// watchedNow does something with the server that runs, and fails where that has ended.
func (r *replacing) watchedNow(ctx context.Context, do func(context.Context) error) error {
	var failed error
	s := r.watched(ctx, r.d, r.boot, r.launch, func(ctx context.Context) observed {
		failed = do(ctx)
		return observed{}
	})
	return errors.Join(s.err, failed)
}
