package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/results"
)

const file = "results-2.json"

func TestPublishedSchemasAreThoseOfTheTypes(t *testing.T) {
	for name, f := range published {
		kept, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		made, err := f.schema("..")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(kept, made) {
			t.Errorf("schema/%s is stale: `make schema` writes it again", name)
		}
	}
}

// validated tells what keeps a JSON text from fitting a schema.
func validated(t *testing.T, schema string, text []byte) error {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func TestADiffFitsItsSchema(t *testing.T) {
	r, err := report.Read(filepath.Join("testdata", "results-2-frozen.json"))
	if err != nil {
		t.Fatal(err)
	}
	less := r
	less.Results = slices.Clone(r.Results[1:])
	less.Results[0].Topology = "mode-9"
	d, err := results.Compare(r, less)
	if err != nil || !d.Changed() {
		t.Fatalf("%+v, %v", d, err)
	}
	var b bytes.Buffer
	if err := report.DiffJSON(&b, d); err != nil {
		t.Fatal(err)
	}
	if err := validated(t, "diff-1.json", b.Bytes()); err != nil {
		t.Error(err)
	}
	if validated(t, "diff-1.json", bytes.ReplaceAll(b.Bytes(), []byte(`"stayed"`), []byte(`"stood"`))) == nil {
		t.Error("a diff without what stayed fits")
	}
}

func TestSchemaNamesClosedSetsAndDescribesKeys(t *testing.T) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defs := doc.(map[string]any)["$defs"].(map[string]any)
	names := defs["Result"].(map[string]any)["properties"].(map[string]any)["verdict"].(map[string]any)["enum"].([]any)
	if len(names) != 5 || !slices.Contains(names, any(harness.Unjudged.String())) || !slices.Contains(names, any(harness.NotApplicable.String())) {
		t.Errorf("verdicts: %v", names)
	}
	if !strings.Contains(string(text), "what keeps the servers apart from the machine") {
		t.Error("the comments of the types are not in the schema")
	}
}

// A file as it was when its version of the form was made must go on fitting and
// being read: a key that is required since then wants omitempty, or a new version.
func TestOlderFilesStillResolveAndAreRead(t *testing.T) {
	path := filepath.Join("testdata", "results-2-frozen.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := validated(t, file, text); err != nil {
		t.Errorf("an older file does not fit any more: %v", err)
	}
	r, err := report.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	n := r.Count()
	first := r.Results[0]
	if n[harness.Confirmed] != 2 || n[harness.Refuted] != 1 || n[harness.NotApplicable] != 1 || len(r.Results) != 4 ||
		first.Claim != "mode-2-both" || first.Client != harness.Raw || first.Evidence == nil || first.Evidence.Facts.(*connection.Observation).Alert.Code != 42 ||
		r.Results[2].Evidence.Facts.Kind() != "start" {
		t.Errorf("an older file is not read as it was: %v, %+v", n, first)
	}
}
