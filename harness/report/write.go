package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/atomicfile"
	"milvus-tls-e2e/harness/results"
)

// The names of the files that Write leaves in a run's folder.
const (
	ResultsFile  = "results.json"
	JUnitFile    = "junit.xml"
	MarkdownFile = "summary.md"
	HTMLFile     = "report.html"
	AuditCSVFile = "audit.csv"
	AuditFile    = "audit.json"
)

// Write writes results.json and every report into dir, which it creates if needed. Each file is
// replaced atomically. Without results.json nothing else is written; a report that fails does
// not stop the others, and its error is among those returned. Unless base is nil, the reports
// show what changed since that run.
func Write(dir string, base *results.Results, r results.Results, claims []harness.Claim) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write reports: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(dir, ResultsFile), func(w io.Writer) error { return encode(w, r) }); err != nil {
		return err
	}
	changes, err := since(base, r)
	return errors.Join(err, draw(dir, r, claims, changes))
}

// since returns what changed since an earlier run; nil where there is none.
func since(base *results.Results, r results.Results) (*results.Diff, error) {
	if base == nil {
		return nil, nil
	}
	d, err := results.Compare(*base, r)
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// Draw writes every report that is drawn from results.json into dir, but not
// results.json itself. The page and the job summary show what has changed, where
// changes is not nil. Otherwise it does as Write does.
func Draw(dir string, r results.Results, claims []harness.Claim, changes *results.Diff) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write reports: %w", err)
	}
	return draw(dir, r, claims, changes)
}

func draw(dir string, r results.Results, claims []harness.Claim, changes *results.Diff) error {
	return errors.Join(
		atomicfile.Write(filepath.Join(dir, JUnitFile), func(w io.Writer) error { return JUnit(w, r) }),
		atomicfile.Write(filepath.Join(dir, MarkdownFile), func(w io.Writer) error { return Markdown(w, r, claims, changes) }),
		atomicfile.Write(filepath.Join(dir, HTMLFile), func(w io.Writer) error { return HTML(w, r, claims, changes) }),
		atomicfile.Write(filepath.Join(dir, AuditCSVFile), func(w io.Writer) error { return AuditCSV(w, r, claims) }),
		atomicfile.Write(filepath.Join(dir, AuditFile), func(w io.Writer) error { return AuditJSON(w, r, claims) }),
	)
}

// encode writes results.json without escaping <, > and &: people read it too, and no browser
// interprets it.
func encode(w io.Writer, r results.Results) error {
	if r.Results == nil {
		r.Results = []results.Result{} // an array even where there is nothing in it
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
