package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"text/tabwriter"

	"github.com/Masterminds/semver/v3"
	"github.com/spf13/cobra"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/providers"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/run/oracle"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

func planCommand() *cobra.Command {
	var out string
	var quiet, upgrade bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Fetch and identify the servers, and write what a run would judge to plan.json",
		Long: "Fetch and identify the servers, and write what a run would judge to plan.json.\n\n" +
			"The variables VERSION, TOPOLOGY, CLIENTS, SHARD, STORAGE, MILVUS_BIN, MILVUS_LIB, MILVUS_CONFIGS and\n" +
			"MILVUS_WHEEL say what, with --upgrade FROM, TO, STOP and DOWNGRADE too; `make help` explains them.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			made, err := makePlan(cmd.Context(), cmd.ErrOrStderr(), upgrade)
			if err != nil {
				return err
			}
			if err := report.WritePlan(out, made); err != nil {
				return err
			}
			if quiet {
				return nil
			}
			return printPlan(cmd.OutOrStdout(), made)
		},
	}
	cmd.Flags().StringVar(&out, "out", "out", "folder that plan.json is written to")
	cmd.Flags().BoolVar(&upgrade, "upgrade", false, "plan an upgrade from FROM to TO")
	cmd.Flags().BoolVar(&quiet, "quiet", false, "do not print the plan")
	return cmd
}

func makePlan(ctx context.Context, log io.Writer, upgrade bool) (plan.Plan, error) {
	read := readSettings
	if upgrade {
		read = readUpgrade
	}
	s, err := read()
	if err != nil {
		return plan.Plan{}, usageError{err}
	}
	for _, line := range s.left {
		fmt.Fprintln(log, line)
	}
	chosen, err := s.choose(ctx, providers.All)
	if err != nil {
		return plan.Plan{}, err
	}
	chosen.request.Log = log
	fmt.Fprintf(log, "provider: %s, %s\n", chosen.Name, chosen.why)
	if chosen.byDefault {
		sayNewest(ctx, log, providers.All, chosen.request.Releases)
	}
	servers, err := chosen.Find(ctx, chosen.request)
	if err != nil {
		return plan.Plan{}, err
	}
	for i := range servers {
		if servers[i].Claims, err = madeFor(servers[i].Version); err != nil {
			return plan.Plan{}, err
		}
	}
	if err := tellLikes(log, servers); err != nil {
		return plan.Plan{}, err
	}
	upgraded, err := s.steps(servers)
	if err != nil {
		return plan.Plan{}, usageError{err}
	}
	if upgraded != nil {
		left, err := s.startable(servers[0])
		if err != nil {
			return plan.Plan{}, usageError{err}
		}
		for _, line := range left {
			fmt.Fprintln(log, line)
		}
	}
	if upgraded != nil && len(upgraded.Skipped) > 0 {
		fmt.Fprintf(log, "a step is skipped: the documentation goes %s; what no page promises is judged all the same, and upgrade-steps judges the skip\n", upgraded.Steps())
	}
	in := plan.Inputs{
		Schema: plan.Schema, Servers: servers, Topologies: s.topologies, Clients: s.clients,
		Machine: machineFeatures(ctx, chosen.Registration), Narrowed: s.narrowed, Shard: s.shard, Upgrade: upgraded, Quick: os.Getenv("QUICK") != "",
	}
	if s.rolling {
		in.Machine = append(in.Machine, harness.Rolls)
	}
	if s.chains {
		in.Machine = append(in.Machine, harness.EveryChain)
		fetchOracles(ctx, log, servers)
	}
	if in.Unconfirmed, err = unconfirmed(servers); err != nil {
		return plan.Plan{}, err
	}
	for _, line := range in.Unconfirmed {
		fmt.Fprintln(log, line)
	}
	cache, err := process.UserCache(log)
	if err != nil {
		return plan.Plan{}, err
	}
	addClients(&in, cache)
	if err := process.NoKafka(); err != nil {
		in.Without[harness.HasKafka] = err.Error()
	}
	made, err := plan.New(in, claims.All(), topologies.All())
	if err != nil {
		return plan.Plan{}, err
	}
	if why := made.WhyNothingRuns(); why != "" {
		return plan.Plan{}, usageError{fmt.Errorf("nothing of what was asked for can be judged: %s", why)}
	}
	if _, err := made.Part(s.shard); err != nil {
		return plan.Plan{}, usageError{fmt.Errorf("SHARD: %w", err)}
	}
	return made, nil
}

// fetchOracles fetches for each server the Go release that is asked which client chains its
// own accepts. Without one, this release is asked.
func fetchOracles(ctx context.Context, log io.Writer, servers []harness.Server) {
	for i := range servers {
		of, err := oracle.Fetch(ctx, servers[i].Go)
		switch servers[i].Oracle = of; {
		case err != nil:
			servers[i].Oracle = ""
			fmt.Fprintf(log, "milvus %s: Go %s cannot be asked which chains it accepts: %v\n", servers[i].Version, servers[i].Go, err)
		case of != servers[i].Go:
			fmt.Fprintf(log, "milvus %s: Go %s is asked which chains are accepted, because %s cannot be had\n", servers[i].Version, of, servers[i].Go)
		}
	}
}

// tellLikes prints which release's data are used for a server without a file of its own.
func tellLikes(log io.Writer, servers []harness.Server) error {
	for _, s := range servers {
		v, err := versions.Of(s.Version)
		if err != nil {
			return err
		}
		if v.Like != "" {
			fmt.Fprintf(log, "milvus %s: what is known of it is taken from %s (fixtures/versions)\n", s.Version, v.Like)
		}
	}
	return nil
}

// machineFeatures are what this machine offers to claims, with a provider.
func machineFeatures(ctx context.Context, p deploy.Registration) []harness.Feature {
	var has []harness.Feature
	if _, err := exec.LookPath("curl"); err == nil {
		has = append(has, harness.Curl.Feature())
	}
	if p.Machine != nil {
		has = append(has, p.Machine()...)
	}
	if os.Getenv("FULL") != "" {
		has = append(has, harness.WholeMatrix)
	}
	return append(has, pki.Features(ctx)...)
}

func printPlan(w io.Writer, made plan.Plan) error {
	whole := len(made.Cells)
	made, err := made.Part(made.Shard)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	judged := 0
	fmt.Fprintln(table, "CELL\tCASES\tDO NOT APPLY")
	for _, cell := range made.Cells {
		cases, not := 0, 0
		for _, p := range made.Cases {
			switch {
			case p.Cell != cell:
			case p.Reason != "":
				not++
			default:
				cases++
			}
		}
		judged += cases
		fmt.Fprintf(table, "%s\t%d\t%d\n", cell, cases, not)
	}
	for _, s := range made.Servers {
		fmt.Fprintf(table, "\n%s calls itself %s, storage %s, SHA-256 %.12s\n", s.Version, s.ServerVersion, s.Storage, s.Digest)
	}
	fmt.Fprintf(table, "\n%d cells, %d cases to judge\n", len(made.Cells), judged)
	if made.Shard != (plan.Shard{}) {
		fmt.Fprintf(table, "shard %s of a plan with %d cells\n", made.Shard, whole)
	}
	return table.Flush()
}

// featuresOf returns the features of a release that somebody else runs, for which it is unknown
// whether it logs refused clients.
func featuresOf(version string) ([]harness.Feature, error) {
	v, err := versions.Of(version)
	return versions.Unlogged(v.Has()), err
}

// madeFor returns the claims whose Since a version satisfies.
func madeFor(version string) ([]string, error) {
	v, err := semver.NewVersion(version)
	if err != nil {
		return nil, fmt.Errorf("read version %q: %w", version, err)
	}
	var ids []string
	for _, c := range claims.All() {
		since := c.Since
		if since == "" {
			since = "*"
		}
		constraint, err := semver.NewConstraint(since)
		if err != nil {
			return nil, fmt.Errorf("claim %s: read Since: %w", c.ID, err)
		}
		if constraint.Check(v) {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}
