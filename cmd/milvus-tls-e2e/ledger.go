package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness/ledger"
	"milvus-tls-e2e/harness/page"
)

func ledgerCommand() *cobra.Command {
	j := ledgerJob{}
	cmd := &cobra.Command{
		Use:   "ledger PAGE",
		Short: "Print what has changed in a copy of the page since the claims were taken from it",
		Long: "Print what has changed in a copy of the page since the claims were taken from it. The exit status\n" +
			"is 1 where something has. The copy that it is held against is the one that it has most in common\n" +
			"with, or the one that --line and --language name. --update writes the page as it is now into\n" + fixtures.LedgerFile + ".",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return j.hold(cmd, args[0])
		},
	}
	cmd.Flags().StringVar(&j.line, "line", "", "release line of the copy, such as 2.5")
	cmd.Flags().StringVar(&j.language, "language", "", "language of the copy, such as fr")
	cmd.Flags().BoolVar(&j.update, "update", false, "write the page as it is now into the ledger")
	return cmd
}

// A ledgerJob is a page to be held against the ledger.
type ledgerJob struct {
	line, language string
	update         bool
}

func (j ledgerJob) hold(cmd *cobra.Command, path string) error {
	p, err := page.Read(path)
	if err != nil {
		return usageError{err}
	}
	l, err := fixtures.Ledger()
	if err != nil {
		return err
	}
	at := l.Find(p, j.line, j.language)
	switch {
	case at >= 0:
	case j.update && j.line != "" && j.language != "":
		at = len(l.Copies)
		l.Copies = append(l.Copies, ledger.Copy{Line: j.line, Language: j.language})
	default:
		return usageError{fmt.Errorf("%s looks like no copy in the ledger, which has %s: LINE= and LANGUAGE= name one, and with UPDATE=1 they add it", path, copies(l))}
	}
	got := ledger.Compare(l.Copies[at], p)
	changed := printComparison(cmd, path, l.Copies[at], got)
	if !j.update {
		return changed
	}
	l.Copies[at] = got.Updated
	text, err := fixtures.WriteLedger(l)
	if err != nil {
		return err
	}
	if err := os.WriteFile(fixtures.LedgerFile, text, 0o644); err != nil {
		return fmt.Errorf("write the ledger: %w (run from the project's folder)", err)
	}
	fmt.Fprintln(cmd.OutOrStdout(), "written to "+fixtures.LedgerFile)
	return nil
}

func copies(l ledger.Ledger) (names string) {
	for i, c := range l.Copies {
		if i > 0 {
			names += ", "
		}
		names += c.Line + " " + c.Language
	}
	return names
}

// printComparison prints what is other than the ledger says; the error says
// that something is.
func printComparison(cmd *cobra.Command, name string, c ledger.Copy, got ledger.Comparison) error {
	out := cmd.OutOrStdout()
	parts := 0
	for _, s := range got.Updated.Sections {
		parts += len(s.Parts)
	}
	fmt.Fprintf(out, "%s, held against the copy of line %s in %s: %d sections, %d paragraphs and blocks, %d claims\n",
		name, c.Line, c.Language, len(got.Updated.Sections), parts, len(got.Updated.Claims()))
	for _, change := range got.Changes {
		fmt.Fprintln(out, "  "+change.String())
	}
	for _, w := range slices.Sorted(slices.Values(got.Without)) {
		fmt.Fprintln(out, "  code that no claim is about: "+w)
	}
	if len(got.Changes) == 0 {
		fmt.Fprintln(out, "nothing has changed")
		return nil
	}
	return unexpectedError{fmt.Errorf("%d changes since the claims were taken from the page", len(got.Changes))}
}
