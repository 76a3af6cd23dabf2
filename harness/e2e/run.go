// Package e2e runs a plan: it makes the certificates, starts the provider, lets the scheduler
// judge the selected entries, and writes the reports. Selecting entries and showing them as
// specs is up to the caller.
package e2e

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/harness/run"
	"milvus-tls-e2e/harness/run/oracle"
)

// Options configure a run.
type Options struct {
	Out        string // folder with plan.json, which the results are written to
	Base       string // an earlier run's results.json to compare with; empty for none
	Revision   string // the harness's own revision
	Again      string // additional variables of the command that judges a case again, besides VERSION and TOPOLOGY
	Parallel   int    // how many deployments run at once, and how many servers boot; 0 for what the machine allows
	Soak       int    // how often each check that must be refused is made; 0 for once
	Keep       bool   // leave failed deployments running
	Claims     []harness.Claim
	Topologies []harness.Topology
	Isolation  isolate.Kind // of this process
	Screen     io.Writer    // for progress and the closing summary
	Errors     io.Writer    // for other errors
}

// A Run is one run of the plan in a folder.
type Run struct {
	Options
	Plan     plan.Plan // the shard's part of it, where there are shards
	Selected []bool    // which entries of the plan are judged; nil for all
	Focus    string    // how the caller left entries out; empty where it did not

	begin    time.Time
	mark     plan.Fingerprint // of the whole plan
	base     *results.Results // the earlier run that this one is compared with; nil for none
	known    []results.Expectation
	folder   *report.Folder
	progress *progress
	dir      string // the servers' folder

	scheduler *run.Scheduler
	provider  deploy.Provider
	ready     chan struct{} // closed when scheduler is there, or there will be none
	end       func() error  // stops the provider and removes the servers' folder

	mu   sync.Mutex
	kept []deploy.Deployment
}

// Open takes the folder for this run and reads its plan.
func Open(o Options) (*Run, error) {
	r := &Run{Options: o, begin: time.Now(), ready: make(chan struct{}), end: func() error { return nil }, progress: &progress{w: o.Screen, begin: time.Now()}}
	var err error
	if r.base, err = report.ReadBase(o.Base); err != nil { // before its folder is taken for this run
		return nil, err
	}
	if r.folder, err = report.Open(o.Out); err != nil {
		return nil, err
	}
	if err := r.readPlan(); err != nil {
		return nil, errors.Join(err, r.folder.Close())
	}
	return r, nil
}

func (r *Run) readPlan() error {
	in, err := report.ReadPlan(r.Out)
	if err != nil {
		return err
	}
	whole, err := plan.New(in, r.Claims, r.Topologies)
	if err != nil {
		return err
	}
	if r.mark, err = whole.Fingerprint(); err != nil {
		return err
	}
	if r.Plan, err = whole.Part(in.Shard); err != nil {
		return err
	}
	r.known, err = fixtures.Expected()
	return err
}

// Close returns the run's folder up.
func (r *Run) Close() error { return r.folder.Close() }

// End stops what the run has started, and removes what it kept on disk besides the
// results.
func (r *Run) End() error { return r.end() }

// Kept returns the deployments that Options.Keep left running.
func (r *Run) Kept() []deploy.Deployment { return r.kept }

// Judge carries the plan out. What is not judged when ctx ends stays unjudged.
func (r *Run) Judge(ctx context.Context) (err error) {
	defer func() {
		if r.scheduler == nil {
			close(r.ready)
		}
	}()
	var remove func() error
	if r.dir, remove, err = process.Folder(); err != nil {
		return err
	}
	r.end = remove
	certs, err := r.certSet()
	if err != nil {
		return fmt.Errorf("make certificates: %w", err)
	}
	r.provider, r.Isolation, err = startProvider(ctx, deploy.Run{Isolation: r.Isolation, Dir: r.dir, Certs: certs, Servers: r.Plan.Servers})
	if err != nil {
		return errors.Join(err, remove())
	}
	r.end = func() error { return errors.Join(r.provider.Close(), remove()) }
	r.progress.start(r.Plan, r.Isolation)
	workers := probe.NewWorkers(r.dir, probe.Installed(r.Plan.Installed))
	defer workers.Close()
	config := r.config(certs, workers)
	config.Took = r.tookBefore()
	s, err := run.New(config)
	if err != nil {
		return err
	}
	r.scheduler = s
	close(r.ready)
	s.Run(ctx)
	r.keepDurations(ctx)
	return nil
}

// tookBefore returns what the plan's cells took the last time. What keeps it from being
// read is told, and costs no more than the order.
func (r *Run) tookBefore() map[harness.Cell]float64 {
	cache, err := process.UserCache(r.Errors)
	if err != nil {
		return nil
	}
	took, err := durationsOf(cache.Dir, r.mark.Digest).read()
	if err != nil {
		fmt.Fprintln(r.Errors, err)
	}
	return took
}

func (r *Run) keepDurations(ctx context.Context) {
	cache, err := process.UserCache(r.Errors)
	if err != nil || ctx.Err() != nil || r.Selected != nil || r.Plan.Shard != (plan.Shard{}) {
		return
	}
	if err := durationsOf(cache.Dir, r.mark.Digest).write(r.scheduler.Durations()); err != nil {
		fmt.Fprintln(r.Errors, err)
	}
}

// certSet makes the run's certificates: with RSA keys, as the documentation does, but where
// every client chain is shown. There the server's own signature would take most of the time.
func (r *Run) certSet() (*pki.CertSet, error) {
	if r.everyChain() {
		return pki.NewCertSetOf(pki.ECDSAP256)
	}
	return pki.NewCertSet()
}

func (r *Run) everyChain() bool { return slices.Contains(r.Plan.Machine, harness.EveryChain) }

func (r *Run) config(certs *pki.CertSet, workers *probe.Workers) run.Config {
	c := run.Config{
		Probes: workers.Probes(),
		Plan:   r.Plan, Claims: r.Claims, Topologies: r.Topologies,
		Providers: map[string]deploy.Provider{r.provider.Name(): r.provider},
		CertSet:   certs, Recipes: pki.Recipes, Dir: r.dir,
		Progress: r.progress.event, Reproduce: r.reproduce, Known: r.known, Log: r.log,
		Cells: cmp.Or(r.Parallel, run.CellsAtOnce()), Boots: cmp.Or(r.Parallel, run.BootsAtOnce()), Bounds: run.DefaultBounds,
		Manifest: fixtures.Manifest, Soak: r.Soak,
	}
	if r.everyChain() {
		c.Oracle = oracle.Ask // which fetches other Go releases: a run that shows a sample does without
	}
	if r.Selected != nil {
		c.Selected = func(i int) bool { return r.Selected[i] }
	}
	if r.Keep {
		c.Keep = r.keep
	}
	return c
}

// Wait returns the result of an entry of the plan once it stands, or as it is when ctx
// ends. It reports false where the run could not start.
func (r *Run) Wait(ctx context.Context, i int) (results.Result, bool) {
	select {
	case <-r.ready:
	case <-ctx.Done():
	}
	if r.scheduler == nil {
		return results.Result{}, false
	}
	return r.scheduler.Wait(ctx, i), true
}

func (r *Run) keep(d deploy.Deployment) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = append(r.kept, d)
	return true
}

// log keeps a server's log without what the provider keeps secret.
func (r *Run) log(name string, text []byte) {
	if redact := r.provider.Capabilities().Redact; redact != nil {
		text = redact(text)
	}
	if err := r.folder.Log(name, text); err != nil {
		fmt.Fprintf(r.Errors, "keep log of %s: %v\n", name, err)
	}
}
