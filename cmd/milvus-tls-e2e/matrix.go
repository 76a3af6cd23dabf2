package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/providers"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/suites/topologies"
)

// A matrixJob is one job of a GitHub Actions matrix: the variables that one
// `make e2e` is given.
type matrixJob struct {
	Version  string `json:"version"`
	Provider string `json:"provider"`
	Shard    string `json:"shard,omitempty"`
	Name     string `json:"name"` // for artifacts, which must not hold a slash
}

// A matrix is what `strategy.matrix` takes.
type matrix struct {
	Include []matrixJob `json:"include"`
}

func matrixCommand() *cobra.Command {
	var shards int
	var whole bool
	cmd := &cobra.Command{
		Use:   "matrix",
		Short: "Print the jobs that judge everything, as JSON for a GitHub Actions matrix",
		Long: "Print the jobs that judge everything, as one line of JSON for a GitHub Actions matrix: each known\n" +
			"release with each provider that can deploy it, in so many shards. VERSION and PROVIDER narrow it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cells := len(topologies.Default()); shards < 1 || shards > cells {
				return usageError{fmt.Errorf("a release has %d cells, so it has 1 to %d shards and not %d", cells, cells, shards)}
			}
			known, err := versions.All()
			if err != nil {
				return err
			}
			releases, err := chooseVersions(known, list("VERSION"))
			if err != nil {
				return usageError{err}
			}
			if whole {
				shards = 0
			}
			jobs, err := jobsOf(releases, os.Getenv("PROVIDER"), shards)
			if err != nil {
				return usageError{err}
			}
			return json.NewEncoder(cmd.OutOrStdout()).Encode(matrix{Include: jobs})
		},
	}
	cmd.Flags().IntVar(&shards, "shards", 2, "how many shards each release is judged in")
	cmd.Flags().BoolVar(&whole, "whole", false, "each release and provider once, for the jobs that join the shards")
	return cmd
}

// jobsOf returns a job for each release, provider and shard; without shards, one
// for each release and provider.
func jobsOf(releases []versions.Release, provider string, shards int) ([]matrixJob, error) {
	var jobs []matrixJob
	for _, v := range releases {
		for _, p := range providers.All {
			if provider != "" && p.Name != provider || !p.Deploys(deploy.Request{}, v) {
				continue
			}
			job := matrixJob{Version: v.Version, Provider: p.Name, Name: p.Name + "-" + v.Version}
			if shards == 0 {
				jobs = append(jobs, job)
			}
			for i := 1; i <= shards; i++ {
				part := job
				part.Shard = plan.Shard{Index: i, Count: shards}.String()
				part.Name += "-" + strconv.Itoa(i)
				jobs = append(jobs, part)
			}
		}
	}
	if len(jobs) == 0 {
		return nil, fmt.Errorf("no release that is asked for can be deployed by PROVIDER=%s", provider)
	}
	return jobs, nil
}
