package results

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
)

// A Part is the results of one shard, and the file that they were read from.
type Part struct {
	File    string
	Results Results
}

// Merge joins the shards of one plan into what a single run of it would have
// left, but for the times. What is not one whole plan is an error of one line:
// results of another plan or revision, a shard that is there twice or missing,
// results that are missing. Which expectations are stale is left to the caller,
// as it is after a run.
func Merge(parts []Part) (Results, error) {
	if len(parts) == 0 {
		return Results{}, fmt.Errorf("merge: there is nothing to merge")
	}
	if err := onePlan(parts); err != nil {
		return Results{}, fmt.Errorf("merge: %w", err)
	}
	merged := Results{Schema: Schema, Run: joined(parts), Results: []Result{}}
	made := merged.Run.Plan
	byCell := map[harness.Cell][]Result{}
	from := map[harness.Cell]string{}
	for _, p := range parts {
		if merged.Configured == nil {
			merged.Configured = p.Results.Configured // which is of the whole plan
		}
		for _, r := range p.Results.Results {
			if other, there := from[r.Cell()]; there && other != p.File {
				return Results{}, fmt.Errorf("merge: %s and %s both have results of %s", other, p.File, r.Cell())
			}
			if !slices.Contains(made.Cells, r.Cell()) {
				return Results{}, fmt.Errorf("merge: %s has results of %s, which is not planned", p.File, r.Cell())
			}
			from[r.Cell()] = p.File
			byCell[r.Cell()] = append(byCell[r.Cell()], r)
		}
	}
	for _, c := range made.Cells {
		merged.Results = append(merged.Results, byCell[c]...)
	}
	if n := len(merged.Results); n != made.Cases && merged.Run.Focus == "" {
		return Results{}, fmt.Errorf("merge: %d results are planned, and the files have %d", made.Cases, n)
	}
	return merged, nil
}

// onePlan returns an error if the results are not the shards of one plan.
func onePlan(parts []Part) error {
	first := parts[0]
	files := map[int]string{}
	for _, p := range parts {
		run := p.Results.Run
		switch {
		case run.Plan == nil || run.Shard == nil:
			return fmt.Errorf("%s is of a whole run and no shard of one (SHARD=1/2 make e2e makes shards)", p.File)
		case run.Plan.Digest != first.Results.Run.Plan.Digest:
			return fmt.Errorf("%s and %s are of different plans (%.12s and %.12s): their releases, topologies, clients, claims or tools differ",
				first.File, p.File, first.Results.Run.Plan.Digest, run.Plan.Digest)
		case run.Shard.Count != first.Results.Run.Shard.Count:
			return fmt.Errorf("%s is shard %s and %s is shard %s: the plan was split in two ways", first.File, first.Results.Run.Shard, p.File, run.Shard)
		case run.Revision != first.Results.Run.Revision:
			return fmt.Errorf("%s and %s were judged by different revisions of the harness (%s and %s)",
				first.File, p.File, first.Results.Run.Revision, run.Revision)
		case run.Focus != first.Results.Run.Focus:
			return fmt.Errorf("%s and %s were narrowed differently (%q and %q)", first.File, p.File, first.Results.Run.Focus, run.Focus)
		case files[run.Shard.Index] != "":
			return fmt.Errorf("%s and %s are both shard %s", files[run.Shard.Index], p.File, run.Shard)
		}
		files[run.Shard.Index] = p.File
	}
	var missing []string
	for i := 1; i <= first.Results.Run.Shard.Count; i++ {
		if files[i] == "" {
			missing = append(missing, plan.Shard{Index: i, Count: first.Results.Run.Shard.Count}.String())
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("the plan's shard %s is missing", strings.Join(missing, ", "))
	}
	return nil
}

// joined sums up the runs: from the first start to the last end, with all that was spent.
func joined(parts []Part) Run {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b Part) int { return a.Results.Run.Shard.Index - b.Results.Run.Shard.Index })
	run := parts[0].Results.Run
	end := time.Time{}
	var providers, machines, isolations []string
	run.PeakMB, run.CPU, run.Servers = 0, 0, 0
	for _, p := range parts {
		x := p.Results.Run
		if x.Started.Before(run.Started) {
			run.Started = x.Started
		}
		if over := x.Started.Add(time.Duration(x.Seconds * float64(time.Second))); over.After(end) {
			end = over
		}
		run.PeakMB = max(run.PeakMB, x.PeakMB)
		run.CPU += x.CPU
		run.Servers += x.Servers
		providers, machines, isolations = append(providers, x.Provider), append(machines, x.Machine), append(isolations, x.Isolation)
	}
	run.Seconds = end.Sub(run.Started).Seconds()
	run.Provider, run.Machine, run.Isolation = distinct(providers), distinct(machines), distinct(isolations)
	run.Shard = nil
	return run
}

func distinct(all []string) string {
	var kept []string
	for _, x := range all {
		if !slices.Contains(kept, x) {
			kept = append(kept, x)
		}
	}
	return strings.Join(kept, "; ")
}
