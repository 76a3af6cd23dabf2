//go:build e2e

package suites

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/schedule"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// judge carries the plan out.
func (r *run) judge(ctx context.Context) (err error) {
	defer func() {
		if r.scheduler == nil {
			close(r.ready)
		}
	}()
	if r.dir, removeFolder, err = process.Folder(); err != nil {
		return err
	}
	wallet, err := pki.NewWallet()
	if err != nil {
		return fmt.Errorf("make certificates: %w", err)
	}
	if r.provider, isolation, err = newProvider(ctx, r.plan.Servers[0].Provider, r.dir, wallet, r.plan.Servers); err != nil {
		return errors.Join(err, removeFolder())
	}
	closeProvider = r.provider.Close
	r.screen.start(r.plan, isolation)
	r.workers = probe.NewWorkers(r.dir, probe.Installed(r.plan.Installed))
	defer r.workers.Close()
	s, err := schedule.New(schedule.Config{
		Probes: r.workers.Probes(),
		Plan:   r.plan, Claims: claims.All(), Topologies: topologies.All(),
		Providers: map[string]deploy.Provider{r.provider.Name(): r.provider},
		Wallet:    wallet, Recipes: pki.Recipes, Dir: r.dir, Selected: func(i int) bool { return r.selected[i] },
		Progress: r.screen.event, Reproduce: r.reproduce, Known: r.known, Log: r.log, Keep: r.keep(),
		Cells: schedule.CellsAtOnce(), Boots: cmp.Or(*parallel, schedule.BootsAtOnce()), Bounds: schedule.DefaultBounds,
		Manifest: fixtures.Manifest,
	})
	if err != nil {
		return err
	}
	r.scheduler = s
	close(r.ready)
	s.Run(ctx)
	return nil
}

// keep leaves deployments running where KEEP=1; nil where it is not said.
func (r *run) keep() func(deploy.Deployment) bool {
	if !*keep {
		return nil
	}
	return func(d deploy.Deployment) bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		kept = append(kept, d)
		return true
	}
}

// log keeps a server's log without what the provider keeps secret.
func (r *run) log(name string, text []byte) {
	if err := r.folder.Log(name, r.provider.Redact(text)); err != nil {
		fmt.Fprintf(os.Stderr, "keep log of %s: %v\n", name, err)
	}
}

// write settles the results and has them reported.
func (r *run) write() (err error) {
	if len(kept) == 0 {
		defer func() { _ = errors.Join(closeProvider(), removeFolder()) }()
	}
	results := harness.Results{
		Schema: harness.ResultsSchema,
		Run: harness.Run{
			Revision: *revision, Provider: r.provider.Name(), Machine: machine(), Isolation: string(isolation),
			Started: r.begin.UTC(), Seconds: time.Since(r.begin).Seconds(), Focus: focus(), Plan: &r.mark,
		},
		Results: r.scheduler.Results(),
	}
	results.Run.PeakMB, results.Run.CPU, results.Run.Servers = spent()
	lines := map[string]string{}
	for _, s := range r.plan.Servers {
		lines[s.Version] = s.Line
	}
	if shard := r.plan.Shard; shard != (harness.Shard{}) {
		results.Run.Shard = &shard // what is stale is seen when the shards are joined
	} else {
		results.Stale = harness.Stale(results.Results, r.known, lines, !r.plan.Narrowed && results.Run.Focus == "")
	}
	if results.Configured, err = configured(r.plan); err != nil {
		return err
	}
	r.red = results.Red()
	if err := report.WriteAgainst(*out, r.base, results, claims.All()); err != nil {
		return err
	}
	if err := report.TerminalAgainst(os.Stdout, r.base, results, claims.All(), report.OptionsOf(os.Stdout)); err != nil {
		return err
	}
	fmt.Printf("Results are in %s: %s, %s, %s, %s, %s\n", filepath.Clean(*out), report.HTMLFile, report.MarkdownFile,
		report.ResultsFile, report.JUnitFile, report.LogsFolder+"/")
	if len(results.Results) == 0 && results.Run.Shard == nil {
		r.red = true
		fmt.Fprintln(os.Stderr, "milvus-tls-e2e: FOCUS and LABELS leave no case to judge: `make plan` shows what there is")
	}
	return nil
}
