package report

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/results"
)

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestWriteLeavesItsFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if err := Write(dir, nil, sample(), sampleClaims()); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, dir), []string{AuditCSVFile, AuditFile, JUnitFile, HTMLFile, ResultsFile, MarkdownFile}; !slices.Equal(got, want) {
		t.Errorf("files: got %v, want %v", got, want)
	}
	got, err := Read(filepath.Join(dir, ResultsFile))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, sample()) {
		t.Error("results.json does not read back as what was written")
	}
	info, err := os.Stat(filepath.Join(dir, ResultsFile))
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode: got %v (%v), want 0644", info.Mode(), err)
	}
}

func TestWriteThatCannotEncodeLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	r := sample()
	r.Results[3].Severity = 0 // not one of the closed set: cannot be written
	if err := Write(dir, nil, r, sampleClaims()); err == nil {
		t.Error("no error")
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("files: got %v, want none", got)
	}
}

func TestWriteGoesOnAfterOneReportFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, JUnitFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, nil, sample(), sampleClaims()); err == nil || !strings.Contains(err.Error(), JUnitFile) {
		t.Errorf("error: got %v, want one about %s", err, JUnitFile)
	}
	if got, want := names(t, dir), []string{AuditCSVFile, AuditFile, JUnitFile, HTMLFile, ResultsFile, MarkdownFile}; !slices.Equal(got, want) {
		t.Errorf("files: got %v, want %v", got, want)
	}
}

func TestReadErrorsAreOneLineThatNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, ResultsFile)
	if err := Write(dir, nil, sample(), nil); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ name, text, says string }{
		{"cut.json", string(data[:len(data)/2]), "cut off"},
		{"empty.json", "", "empty"},
		{"page.json", "<html>\nnot found</html>", "line 1"},
		{"late.json", "{\n\"schema\": 1,\n\"results\": [}", "line 3"},
		{"twice.json", string(data) + string(data), "something follows"},
		{"newer.json", `{"schema": 99, "runs": []}`, "schema 99 is newer than 2"},
		{"none.json", `{"results": []}`, "no schema"},
		{"array.json", `[]`, "line 1: the file is of the wrong kind (array)"},
		{"kind.json", "{\n\"schema\": \"1\"}", "line 2: schema is of the wrong kind (string)"},
		{"negative.json", `{"schema": -1}`, "not -1"},
		{"key.json", `{"schema": 2, "colour": "red"}`, `unknown field "colour"`},
		{"verdict.json", `{"schema": 2, "results": [{"verdict": "maybe"}]}`, `"maybe" is not one of`},
		{"kind.json", "{\"schema\": 2,\n\"results\": 3}", "line 2"},
	} {
		path := filepath.Join(dir, x.name)
		if err := os.WriteFile(path, []byte(x.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		oneLine(t, err, path, x.says)
	}
	_, err = Read(filepath.Join(dir, "missing.json"))
	oneLine(t, err, "missing.json", "no such file")
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v does not wrap os.ErrNotExist", err)
	}
}

func oneLine(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%v: no error", parts)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v: %q is not in it", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q is more than one line", err)
	}
}

func TestResultsIsAnArrayWhereThereAreNone(t *testing.T) {
	var b strings.Builder
	if err := encode(&b, results.Results{Schema: 1}); err != nil || !strings.Contains(b.String(), `"results": []`) {
		t.Errorf("got %s (%v)", b.String(), err)
	}
}
