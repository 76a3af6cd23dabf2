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
	"milvus-tls-e2e/harness/report"
)

func TestPublishedSchemaIsThatOfTheTypes(t *testing.T) {
	published, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	made, err := resultsSchema("..")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(published, made) {
		t.Errorf("%s is stale: `make schema` writes it again", file)
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
func TestOlderFilesStillFitAndAreRead(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "results-1-frozen.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("an older file does not fit any more: %v", err)
	}
	r, err := report.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	n := r.Count()
	first := r.Results[0]
	if n[harness.Confirmed] != 2 || n[harness.Refuted] != 1 || n[harness.NotApplicable] != 1 || len(r.Results) != 4 ||
		first.Claim != "mode-2-both" || first.Client != harness.Raw || first.Evidence == nil || first.Evidence.Facts.Alert.Code != 42 ||
		r.Results[2].Evidence.Facts.Boot == nil {
		t.Errorf("an older file is not read as it was: %v, %+v", n, first)
	}
}
