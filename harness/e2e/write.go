package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
)

// Write settles the results, has them reported, and reports whether the run fails. What
// was started is ended, unless deployments are kept.
func (r *Run) Write() (red bool, err error) {
	if len(r.kept) == 0 {
		defer func() { _ = r.End() }()
	}
	all, err := r.all()
	if err != nil {
		return true, err
	}
	if err := report.Write(r.Out, r.base, all, r.Claims); err != nil {
		return true, err
	}
	fmt.Fprintln(r.Screen)
	if err := report.Terminal(r.Screen, r.base, all, r.Claims, report.OptionsOf(r.Screen)); err != nil {
		return true, err
	}
	fmt.Fprintf(r.Screen, "Results are in %s: %s, %s, %s, %s, %s, %s\n", filepath.Clean(r.Out), report.HTMLFile, report.MarkdownFile,
		report.ResultsFile, report.JUnitFile, report.AuditCSVFile, report.LogsFolder+"/")
	if len(all.Results) == 0 && all.Run.Shard == nil {
		fmt.Fprintln(r.Errors, "milvus-tls-e2e: FOCUS and LABELS leave no case to judge: `make plan` shows what there is")
		return true, nil
	}
	return all.Red(), nil
}

func (r *Run) all() (all results.Results, err error) {
	all = results.Results{
		Schema: results.Schema,
		Run: results.Run{
			Revision: r.Revision, Provider: r.provider.Name(), Machine: machine(), Isolation: string(r.Isolation), Adjusted: milvus.Adjusted(r.Plan.Upgrade != nil, r.Plan.Servers),
			Started: r.begin.UTC(), Seconds: time.Since(r.begin).Seconds(), Focus: r.Focus, Plan: &r.mark,
		},
		Results: r.scheduler.Results(),
	}
	all.Run.PeakMB, all.Run.CPU, all.Run.Servers = spent()
	lines := map[string]string{}
	for _, s := range r.Plan.Servers {
		lines[s.Version] = s.Line
	}
	if shard := r.Plan.Shard; shard != (plan.Shard{}) {
		all.Run.Shard = &shard // what is stale is seen when the shards are joined
	} else {
		all.Stale = results.Stale(all.Results, r.known, lines, !r.Plan.Narrowed && r.Focus == "")
	}
	all.Configured, err = r.configured()
	return all, err
}

func (r *Run) configured() (map[string][]string, error) {
	all := map[string][]string{}
	for _, t := range r.Topologies {
		if !slices.Contains(r.Plan.Topologies, t.Name) {
			continue
		}
		var err error
		if all[t.Name], err = milvus.Settings(t); err != nil {
			return nil, err
		}
	}
	return all, nil
}
