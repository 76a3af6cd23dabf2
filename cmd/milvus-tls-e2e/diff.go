package main

import (
	"errors"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/claims"
)

func diffCommand() *cobra.Command {
	var asJSON, asMarkdown bool
	cmd := &cobra.Command{
		Use:   "diff BASE NEW",
		Short: "Say what changed between two results.json, claim by claim",
		Long: "Say what changed between two results.json, claim by claim, with the evidence of both.\n\n" +
			"Cases are matched by release, topology, claim and case; where each file has one release and\n" +
			"not the same, one release is held against the other. Times are no change. The exit status is\n" +
			"0 when nothing changed, 1 when something did, 3 when a file cannot be read.",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asJSON && asMarkdown {
				return usageError{errors.New("--json and --markdown exclude each other")}
			}
			d, err := compareFiles(args[0], args[1])
			if err != nil {
				return err
			}
			switch w := cmd.OutOrStdout(); {
			case asJSON:
				err = report.DiffJSON(w, d)
			case asMarkdown:
				err = report.DiffMarkdown(w, d, claims.All())
			default:
				err = report.Diff(w, d, claims.All(), report.OptionsOf(w))
			}
			if err == nil && d.Changed() {
				err = statusError(statusUnexpected)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "for programs: all of it, with all evidence")
	cmd.Flags().BoolVar(&asMarkdown, "markdown", false, "for a CI job's page")
	return cmd
}

func compareFiles(base, next string) (results.Diff, error) {
	was, err := report.Read(base)
	if err != nil {
		return results.Diff{}, err
	}
	is, err := report.Read(next)
	if err != nil {
		return results.Diff{}, err
	}
	return results.Compare(was, is)
}
