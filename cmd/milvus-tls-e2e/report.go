package main

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/claims"
)

func reportCommand() *cobra.Command {
	var out, base string
	cmd := &cobra.Command{
		Use:   "report RESULTS",
		Short: "Draw the reports of a run anew from its results.json",
		Long: "Draw the reports of a run anew from its results.json: report.html, summary.md, junit.xml and the view by requirement (audit.csv, audit.json).\n\n" +
			"With --base, report.html also shows what has changed since that earlier run. The exit\n" +
			"status is 3 when a file cannot be read, and then nothing is written.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return drawReports(cmd.OutOrStdout(), args[0], base, cmp.Or(out, filepath.Dir(args[0])))
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "folder that the reports are written to; default: that of RESULTS")
	cmd.Flags().StringVar(&base, "base", "", "results.json of an earlier run to compare with")
	return cmd
}

// drawReports reads everything before it writes anything, so that a file that
// cannot be used leaves nothing behind.
func drawReports(w io.Writer, path, base, out string) error {
	all, err := report.Read(path)
	if err != nil {
		return err
	}
	var changes *results.Diff
	if base != "" {
		earlier, err := report.Read(base)
		if err != nil {
			return err
		}
		diff, err := results.Compare(earlier, all)
		if err != nil {
			return fmt.Errorf("%s and %s: %w", base, path, err)
		}
		changes = &diff
	}
	if err := report.Draw(out, all, claims.All(), changes); err != nil {
		return err
	}
	if err := report.Terminal(w, nil, all, claims.All(), report.OptionsOf(w)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "Reports are in %s: %s, %s, %s, %s, %s\n", filepath.Clean(out),
		report.HTMLFile, report.MarkdownFile, report.JUnitFile, report.AuditCSVFile, report.AuditFile)
	return err
}
