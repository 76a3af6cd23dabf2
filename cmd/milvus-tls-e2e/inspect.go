package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/check"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/harness/run"
	"milvus-tls-e2e/suites/claims"
)

type checking struct {
	out, metrics, only string
	writes, quiet      bool
}

func inspectCommand() *cobra.Command {
	c := checking{}
	var example bool
	cmd := &cobra.Command{
		Use:   "inspect TARGET.yaml",
		Short: "Judge a deployment that already runs: read-only, at a bounded rate",
		Long: "Judge a deployment that already runs, as TARGET.yaml describes it (--example prints one). It connects and\n" +
			"asks, and starts, stops and changes nothing; --writes allows a scratch collection, which is removed.\n" +
			"Keys are read and copied nowhere. Relative paths start from TARGET.yaml's folder.\n\n" +
			"The exit status is 0 when all is as expected, 1 when there are findings that TARGET.yaml does not\n" +
			"accept, 2 for wrong usage, and 3 when the deployment, or a part of what was to be asked, could not be\n" +
			"judged and nothing else was found.",
		Args: func(cmd *cobra.Command, args []string) error {
			if example {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if example {
				fmt.Fprint(cmd.OutOrStdout(), check.Example)
				return nil
			}
			return c.run(cmd.Context(), cmd.OutOrStdout(), args[0])
		},
	}
	cmd.Flags().BoolVar(&example, "example", false, "print a TARGET.yaml with everything in it, and do nothing else")
	cmd.Flags().StringVar(&c.out, "out", "out", "folder that the reports are written to; \"\" for none")
	cmd.Flags().StringVar(&c.metrics, "metrics", "", "file for Prometheus' textfile collector, written beside and renamed")
	cmd.Flags().StringVar(&c.only, "only", "", "judge one claim, or one case of it: CLAIM, or 'CLAIM: CASE'")
	cmd.Flags().BoolVar(&c.writes, "writes", false, "allow a scratch collection, for the data path; it is removed, also after an interruption")
	cmd.Flags().BoolVar(&c.quiet, "quiet", false, "print one line alone, for cron")
	return cmd
}

// run checks, and leaves the metrics whatever came of it.
func (c *checking) run(ctx context.Context, w io.Writer, path string) error {
	target, err := check.Read(path, claims.All())
	if err != nil {
		return usageError{err}
	}
	begin := time.Now()
	all, err := c.check(ctx, w, target)
	if err == nil {
		err = verdict(all)
	} else {
		all = results.Results{Run: results.Run{Started: begin, Seconds: time.Since(begin).Seconds()}}
	}
	var usage usageError
	if c.metrics == "" || errors.As(err, &usage) {
		return err
	}
	if failed := report.Metrics(c.metrics, target.Addresses.GRPC, statusOf(err), all); failed != nil {
		return errors.Join(err, failed)
	}
	return err
}

// foundError carries the exit status of findings that were printed already.
type foundError struct{ status int }

func (e foundError) Error() string { return fmt.Sprintf("not as expected: status %d", e.status) }

// verdict returns the error for a check's results: findings take precedence over what could not be
// judged.
func verdict(r results.Results) error {
	found, open := len(r.Stale) > 0, 0
	for _, x := range r.Results {
		switch {
		case x.Red() && x.Verdict == harness.Refuted:
			found = true
		case x.Red():
			open++
		}
	}
	n := r.Count()
	switch {
	case found:
		return foundError{statusUnexpected}
	case open > 0, n[harness.Confirmed]+n[harness.Refuted] == 0:
		return foundError{statusUnjudged}
	}
	return nil
}

func (c *checking) check(ctx context.Context, w io.Writer, target check.Target) (all results.Results, err error) {
	options, err := c.options(ctx, w, target)
	if err != nil {
		return all, err
	}
	if c.out != "" {
		folder, err := report.Open(c.out)
		if err != nil {
			return all, err
		}
		defer func() { err = errors.Join(err, folder.Close()) }()
	}
	if all, err = check.Run(ctx, target, options); err != nil {
		return all, err
	}
	all.Run.Revision = ownRevision()
	all.Run.Machine = fmt.Sprintf("%s/%s, %d cores, %d GB", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), run.Memory()>>30)
	all.Run.Focus = c.only
	if c.out != "" {
		if err := report.Write(c.out, nil, all, claims.All()); err != nil {
			return all, err
		}
	}
	if c.quiet {
		fmt.Fprintln(w, report.Line(target.Addresses.GRPC, all))
		return all, nil
	}
	if err := report.Terminal(w, nil, all, claims.All(), report.OptionsOf(w)); err != nil {
		return all, err
	}
	if c.out != "" {
		fmt.Fprintf(w, "Results are in %s: %s, %s, %s, %s\n", filepath.Clean(c.out),
			report.HTMLFile, report.MarkdownFile, report.ResultsFile, report.JUnitFile)
	}
	return all, nil
}

func (c *checking) options(ctx context.Context, w io.Writer, target check.Target) (check.Options, error) {
	newest, err := newestRelease()
	if err != nil {
		return check.Options{}, err
	}
	o := check.Options{
		Newest: newest.Version,
		Claims: claims.All(), Features: featuresOf, MadeFor: madeFor, Machine: machineFeatures(ctx, deploy.Registration{}), Writes: c.writes,
		Again: "milvus-tls-e2e inspect " + target.File, Bounds: check.DefaultBounds,
	}
	if c.only != "" {
		if o.Selected, err = check.Only(c.only, claims.All()); err != nil {
			return o, usageError{fmt.Errorf("--only: %w", err)}
		}
	}
	if !c.quiet {
		o.Joined = func(s harness.Server, p plan.Plan) {
			asked := 0
			for _, x := range p.Cases {
				if x.Reason == "" && (o.Selected == nil || o.Selected(x)) {
					asked++
				}
			}
			fmt.Fprintf(w, "Milvus %s, which calls itself %s: %d cases to judge\n\n", s.Version, s.ServerVersion, asked)
			if target.Logged() && *target.Mode > 0 && !slices.Contains(s.Features, harness.LogsGRPC) {
				fmt.Fprintln(os.Stderr, "milvus-tls-e2e: the log names no client that gRPC refused, and refusals are judged without it: is it the proxy's, with grpc.log.level: INFO?")
			}
		}
	}
	return o, nil
}

func ownRevision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "-dirty"
		}
	}
	return cmp.Or(revision+dirty, info.Main.Version, "unknown")
}
