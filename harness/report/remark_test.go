package report

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

func TestRemarksAreToldOnceInEveryReport(t *testing.T) {
	one := results.Result{Claim: "c", Case: "x", Topology: "mode-2", Version: "2.2.16", Verdict: harness.Confirmed, Severity: harness.SeverityLow, Remark: "mind the gap"}
	two, three, silent := one, one, one
	two.Topology, three.Version, silent.Remark = "mode-2-auth", "2.3.5", ""
	r := results.Results{Schema: results.Schema, Results: []results.Result{silent, one, two, three}}
	claims := []harness.Claim{{ID: "c", Severity: harness.SeverityLow}}
	for name, write := range map[string]func(io.Writer) error{
		"terminal": func(w io.Writer) error { return Terminal(w, nil, r, claims, Options{All: true}) },
		"markdown": func(w io.Writer) error { return Markdown(w, r, claims, nil) },
		"html":     func(w io.Writer) error { return HTML(w, r, claims, nil) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := strings.Count(b.String(), "on 2.2.16, 2.3.5: mind the gap"); n != 1 {
			t.Errorf("%s tells the remark %d times", name, n)
		}
	}
}
