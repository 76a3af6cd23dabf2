package report

import (
	"fmt"
	"io"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// ReadBase reads the earlier run that a run is compared with; "" is none, and
// gives nil.
func ReadBase(path string) (*results.Results, error) {
	if path == "" {
		return nil, nil
	}
	r, err := Read(path)
	if err != nil {
		return nil, fmt.Errorf("compare with an earlier run: %w", err)
	}
	return &r, nil
}

// TerminalAgainst prints the summary that ends a run, and what changed since
// base, where it is not nil.
func TerminalAgainst(w io.Writer, base *results.Results, r results.Results, claims []harness.Claim, o Options) error {
	if err := Terminal(w, r, claims, o); err != nil || base == nil {
		return err
	}
	d, err := results.Compare(*base, r)
	if err != nil {
		return err
	}
	fmt.Fprintln(w)
	return Diff(w, d, claims, o)
}

// markdownWithChanges is Markdown, followed by what changed since an earlier
// run, where that is given.
func markdownWithChanges(w io.Writer, r results.Results, claims []harness.Claim, changes *results.Diff) error {
	if err := Markdown(w, r, claims); err != nil || changes == nil {
		return err
	}
	return DiffMarkdown(w, *changes, claims)
}
