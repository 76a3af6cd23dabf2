//go:build !e2e

package suites

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/run"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// wrote judges a shard of a plan on a faulty stand-in, has the reports written
// as a run has, and gives the path of results.json.
func wrote(t *testing.T, certs *pki.CertSet, names []string, shard plan.Shard) string {
	t.Helper()
	leftToMakeTest(t)
	provider := standin.New(certs, standin.AllowsTLS10)
	t.Cleanup(func() { _ = provider.Close() })
	whole, err := plan.New(plan.Inputs{Servers: servers(), Topologies: names, Clients: inGo, Shard: shard}, claims.All(), topologies.All())
	if err != nil {
		t.Fatal(err)
	}
	mark, err := whole.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	part, err := whole.Part(shard)
	if err != nil {
		t.Fatal(err)
	}
	s, err := run.New(run.Config{
		Plan: part, Claims: claims.All(), Topologies: topologies.All(), CertSet: certs, Dir: t.TempDir(),
		Providers: map[string]deploy.Provider{provider.Name(): provider}, Cells: 4, Boots: 8, Bounds: testBounds,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t.Context())
	results := results.Results{
		Schema: results.Schema, Results: s.Results(),
		Run: results.Run{Revision: "test", Provider: provider.Name(), Started: time.Now().UTC(), Seconds: 1, Plan: &mark},
	}
	if shard != (plan.Shard{}) {
		results.Run.Shard = &shard
	}
	dir := t.TempDir()
	if err := report.Write(dir, nil, results, claims.All()); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, report.ResultsFile)
}

func read(t *testing.T, path string) results.Results {
	t.Helper()
	r, err := report.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMergedShardsAreASingleRun(t *testing.T) {
	t.Parallel()
	certs, names := pkitest.CertSet(t), in("mode-0-rest-off", "mode-1-auth", "mode-2-rest-off", "mode-3")
	single := read(t, wrote(t, certs, names, plan.Shard{}))
	var parts []results.Part
	for _, shard := range []plan.Shard{{Index: 3, Count: 3}, {Index: 1, Count: 3}, {Index: 2, Count: 3}} {
		file := wrote(t, certs, names, shard)
		parts = append(parts, results.Part{File: file, Results: read(t, file)})
		if n := len(parts[len(parts)-1].Results.Results); n == 0 || n == len(single.Results) {
			t.Errorf("shard %s has %d of %d results", shard, n, len(single.Results))
		}
	}
	merged, err := results.Merge(parts)
	if err != nil {
		t.Fatal(err)
	}
	d, err := results.Compare(single, merged)
	if err != nil || d.Changed() || d.Stayed != len(single.Results) {
		t.Errorf("%d of %d results stayed, and %v went otherwise (%v)", d.Stayed, len(single.Results), d.Count(), err)
	}
	// Two runs never see the same in the same words and times, so it is one run's
	// results that the shards are dealt.
	for i, p := range parts {
		parts[i].Results.Results = dealt(single.Results, p.Results.Results)
	}
	if merged, err = results.Merge(parts); err != nil {
		t.Fatal(err)
	}
	merged.Run = single.Run
	for name, draw := range map[string]func(*bytes.Buffer, results.Results) error{
		report.MarkdownFile: func(b *bytes.Buffer, r results.Results) error { return report.Markdown(b, r, claims.All(), nil) },
		report.HTMLFile:     func(b *bytes.Buffer, r results.Results) error { return report.HTML(b, r, claims.All(), nil) },
		report.JUnitFile:    func(b *bytes.Buffer, r results.Results) error { return report.JUnit(b, r) },
	} {
		var one, other bytes.Buffer
		if err := draw(&one, single); err != nil {
			t.Fatal(err)
		}
		if err := draw(&other, merged); err != nil {
			t.Fatal(err)
		}
		if at := firstDifference(one.String(), other.String()); at != "" {
			t.Errorf("%s of the merged shards differs from a single run's: %s", name, at)
		}
	}
}

// dealt returns those of a whole run's results that are of a shard's cells.
func dealt(whole, shard []results.Result) (of []results.Result) {
	for _, r := range whole {
		if slices.ContainsFunc(shard, func(s results.Result) bool { return s.Cell() == r.Cell() }) {
			of = append(of, r)
		}
	}
	return of
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: %.300q and %.300q", i+1, x[i], y[i])
		}
	}
	if len(x) != len(y) {
		return fmt.Sprintf("%d and %d lines", len(x), len(y))
	}
	return ""
}

func TestResultsResolveTheirSchema(t *testing.T) {
	t.Parallel()
	schema := closedSchema(t)
	file, err := os.Open(wrote(t, pkitest.CertSet(t), in("mode-1", "mode-3"), plan.Shard{Index: 1, Count: 2}))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	results, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(results); err != nil {
		t.Errorf("results.json does not fit schema/results-2.json (make schema writes it again): %v", err)
	}
	results.(map[string]any)["results"].([]any)[0].(map[string]any)["verdict"] = "maybe"
	if schema.Validate(results) == nil {
		t.Error("an unknown verdict fits the schema")
	}
}

// closedSchema is the published schema without its leave to add keys, so that a
// key that it lacks is noticed.
func closedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.Open(filepath.Join("..", "schema", "results-2.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	doc, err := jsonschema.UnmarshalJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, def := range doc.(map[string]any)["$defs"].(map[string]any) {
		if def := def.(map[string]any); def["properties"] != nil {
			def["additionalProperties"] = false
		}
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("results-2.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("results-2.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
