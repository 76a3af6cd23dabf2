package run

import (
	"fmt"
	"time"

	"milvus-tls-e2e/harness/checks/snippet"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/manifest"
)

// manifest has a manifest that the page prints read as check-manifest reads one:
// what it is for is not here. What is no manifest of a Milvus server is not judged.
func (w *pageRun) manifest(i int) {
	s := w.Steps[i]
	servers, err := manifest.ReadAll("block "+number(s), []byte(s.Block.Text), manifest.Options{})
	if err != nil {
		w.skip(i, s.Why+", and check-manifest cannot judge it: "+err.Error())
		return
	}
	x := snippet.Facts{Manifest: s.What}
	result := seen{want: snippet.Ran, began: time.Now(), how: []string{"not run, since " + s.Why + ": read by check-manifest"}}
	for _, m := range servers {
		for _, f := range m.Findings {
			line := fmt.Sprintf("line %d of the block: %s", f.Line, f)
			if f.Line == 0 {
				line = f.String()
			}
			if f.Severity < harness.SeverityMedium {
				result.how = append(result.how, line)
				continue
			}
			x.Findings = append(x.Findings, line)
		}
		for _, what := range m.NotRead {
			result.how = append(result.how, "not examined: "+what)
		}
	}
	result.evidence.Saw = &x
	w.judge(i, result)
}
