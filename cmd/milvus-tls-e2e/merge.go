package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/claims"
)

func mergeCommand() *cobra.Command {
	var out, base string
	cmd := &cobra.Command{
		Use:   "merge --out FOLDER RESULTS...",
		Short: "Join the results.json of all shards of a run, and write the reports of the whole",
		Long: "Join the results.json of all shards of a run (SHARD=1/2 make e2e), and write the reports of the\n" +
			"whole. They must be the shards of one plan, judged by one revision, none missing and none twice.\n" +
			"The exit status is that of the whole run: 0 as expected, 1 not as expected; 3 when files do not\n" +
			"fit together or cannot be read, and then nothing is written.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			whole, err := mergeFiles(files)
			if err != nil {
				return err
			}
			before, err := report.ReadBase(base)
			if err != nil {
				return err
			}
			if err := writeMerged(out, files, before, whole); err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			if err := report.Terminal(w, before, whole, claims.All(), report.OptionsOf(w)); err != nil {
				return err
			}
			fmt.Fprintf(w, "The whole of %d shards is in %s\n", len(files), filepath.Clean(out))
			if whole.Red() {
				return unexpectedError{errors.New("the whole run is not as expected")}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "out", "folder that the reports are written to")
	cmd.Flags().StringVar(&base, "base", "", "an earlier run's results.json, to say what changed")
	return cmd
}

// mergeFiles joins shards and settles what only the whole shows.
func mergeFiles(files []string) (results.Results, error) {
	var parts []results.Part
	for _, file := range files {
		r, err := report.Read(file)
		if err != nil {
			return results.Results{}, err
		}
		parts = append(parts, results.Part{File: file, Results: r})
	}
	whole, err := results.Merge(parts)
	if err != nil {
		return results.Results{}, err
	}
	known, err := fixtures.Expected()
	if err != nil {
		return results.Results{}, err
	}
	lines := map[string]string{}
	for _, c := range whole.Run.Plan.Cells {
		lines[c.Version] = milvus.Line(c.Version)
	}
	whole.Stale = results.Stale(whole.Results, known, lines, !whole.Run.Plan.Narrowed && whole.Run.Focus == "")
	return whole, nil
}

// writeMerged writes the reports of the whole into a folder that is not one of
// the shards' own, whose logs would be gone then.
func writeMerged(out string, files []string, base *results.Results, whole results.Results) (err error) {
	for _, file := range files {
		if sameFolder(out, filepath.Dir(file)) {
			return usageError{fmt.Errorf("%s is in %s, where the whole is to be written: give it another folder (OUT=)", file, out)}
		}
	}
	folder, err := report.Open(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	return report.Write(out, base, whole, claims.All())
}

func sameFolder(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
