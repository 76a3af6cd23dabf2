package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

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
		Long: "Print what has changed in a copy of the page since the claims were taken from it: Markdown, HTML, or\n" +
			"text copied from a browser. The exit status is 1 where something has. The copy that it is held\n" +
			"against is the one that it has most in common with, of those that --line and --language name.\n" +
			"--update writes the page as it is now into " + fixtures.LedgerFile + ", or adds it where there is none\n" +
			"of that line, language and edition.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return j.compare(cmd, args[0])
		},
	}
	cmd.Flags().StringVar(&j.line, "line", "", "release line of the copy, such as 2.5")
	cmd.Flags().StringVar(&j.language, "language", "", "language of the copy, such as fr")
	cmd.Flags().StringVar(&j.edition, "edition", "", "of a copy to be added: its edition, where its line has another one already, such as first")
	cmd.Flags().BoolVar(&j.update, "update", false, "write the page as it is now into the ledger")
	return cmd
}

// A ledgerJob is a page to be held against the ledger.
type ledgerJob struct {
	line, language, edition string
	update                  bool
}

func (j ledgerJob) compare(cmd *cobra.Command, path string) error {
	l, err := fixtures.Ledger()
	if err != nil {
		return err
	}
	source, err := page.Source(path)
	if err != nil {
		return usageError{err}
	}
	if j.update && j.line != "" && j.language != "" && !l.Has(j.line, j.language, j.edition) {
		return j.add(cmd, l, path, source)
	}
	at, d, err := l.Find(source, j.line, j.language)
	if err != nil {
		return usageError{fmt.Errorf("read page: %s %w", path, err)}
	}
	if at < 0 {
		return j.excerpt(cmd, l, path, d)
	}
	if d.Plain != nil {
		if j.update {
			return usageError{fmt.Errorf("%s has lost where its code blocks begin: the ledger is updated from the page's source", path)}
		}
		return printComparison(cmd, path, l.Copies[at], ledger.CompareText(l.Copies[at], d.Plain))
	}
	got := ledger.Compare(l.Copies[at], d.Page)
	changed := printComparison(cmd, path, l.Copies[at], got)
	if !j.update {
		return changed
	}
	l.Copies[at] = got.Updated
	return writeLedger(cmd, l)
}

// add puts a copy into the ledger that it has not.
func (j ledgerJob) add(cmd *cobra.Command, l ledger.Ledger, path string, source []byte) error {
	p, err := page.Parse(source)
	if err != nil {
		return usageError{fmt.Errorf("read page: %s %w", path, err)}
	}
	empty := ledger.Copy{Lines: strings.Split(j.line, ","), Language: j.language, Edition: j.edition}
	got := ledger.Compare(empty, p)
	l.Copies = append(l.Copies, l.Inherit(got.Updated))
	fmt.Fprintf(cmd.OutOrStdout(), "%s is the copy of %s: review the claims that its parts were given\n", path, empty.Name())
	return writeLedger(cmd, l)
}

// excerpt holds a page of which the ledger knows single statements.
func (j ledgerJob) excerpt(cmd *cobra.Command, l ledger.Ledger, path string, d ledger.Document) error {
	at := l.FindExcerpt(d, j.line)
	if at < 0 {
		return usageError{fmt.Errorf("%s matches no page in the ledger, which has %s: LINE= and LANGUAGE= name one, and with UPDATE=1 they add it", path, l.Names())}
	}
	e := l.Excerpts[at]
	fmt.Fprintf(cmd.OutOrStdout(), "%s, held against what %s of %s says about TLS: %d statements, %d claims\n",
		path, e.Page, strings.Join(e.Lines, " and "), len(e.Statements), len(e.Claims()))
	return printChanges(cmd, ledger.CompareExcerpt(e, d))
}

func writeLedger(cmd *cobra.Command, l ledger.Ledger) error {
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

// printComparison prints the differences from the ledger, and returns an error if there are any.
func printComparison(cmd *cobra.Command, name string, c ledger.Copy, got ledger.Comparison) error {
	out := cmd.OutOrStdout()
	parts := 0
	for _, s := range got.Updated.Sections {
		parts += len(s.Parts)
	}
	fmt.Fprintf(out, "%s, held against the copy of %s: %d sections, %d paragraphs and blocks, %d claims\n",
		name, c.Name(), len(got.Updated.Sections), parts, len(got.Updated.Claims()))
	changed := printChanges(cmd, got.Changes)
	for _, w := range slices.Sorted(slices.Values(got.Without)) {
		fmt.Fprintln(out, "  code that no claim is about: "+w)
	}
	if len(got.Around) > 0 {
		fmt.Fprintln(out, "  not compared, because it is not part of the page: "+strings.Join(got.Around, ", "))
	}
	return changed
}

func printChanges(cmd *cobra.Command, changes []ledger.Change) error {
	for _, change := range changes {
		fmt.Fprintln(cmd.OutOrStdout(), "  "+change.String())
	}
	if len(changes) == 0 {
		fmt.Fprintln(cmd.OutOrStdout(), "nothing has changed")
		return nil
	}
	return unexpectedError{fmt.Errorf("%d changes since the claims were taken from the page", len(changes))}
}
