package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// grades are the words for severities in testdata.
var grades = map[harness.Severity]string{
	harness.SeverityCritical: "critical", harness.SeverityHigh: "high", harness.SeverityMedium: "medium", harness.SeverityLow: "low",
}

// Each archive of testdata is a case: a manifest as people have them, the files
// beside it, and what is to be said about it. In "want", every finding and
// everything that is not looked at must be there, in this order and with these
// first words; "set" lines name what takes effect, and "error" the one line of a
// file that is refused. The manifest is the first file.
func TestCases(t *testing.T) {
	archives, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("found %v, %v", archives, err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { checkCase(t, name) })
	}
}

func checkCase(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	var want []string
	var o Options
	for _, f := range archive.Files {
		if f.Name == "want" {
			want = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
			continue
		}
		at := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.Name, "secret") {
			s, err := ReadSecret(f.Name, f.Data)
			if err != nil {
				t.Fatal(err)
			}
			o.Secrets = append(o.Secrets, s)
		}
	}
	for line := range strings.Lines(string(archive.Comment)) {
		if version, is := strings.CutPrefix(line, "chart: "); is {
			o.Chart = strings.TrimSpace(version)
		}
	}
	main := filepath.Join(dir, archive.Files[0].Name)
	text := []byte(strings.ReplaceAll(string(archive.Files[0].Data), "\\r\n", "\r\n"))
	compare(t, said(dir, main, text, o), want)
}

// said returns what is said of a manifest, a line each.
func said(dir, main string, text []byte, o Options) (lines []string) {
	all, err := ReadAll(main, text, o)
	if err != nil {
		return []string{"error " + strings.TrimPrefix(strings.ReplaceAll(err.Error(), dir+"/", ""), "read ")}
	}
	for _, m := range all {
		lines = append(lines, fmt.Sprintf("server %s of %s", m.title(), m.Kind))
		for _, s := range m.Configured() {
			lines = append(lines, fmt.Sprintf("set %s %v", s.Key, s.Value))
		}
		for _, f := range m.Findings {
			file := f.File
			if file == "" {
				file = main
			}
			lines = append(lines, fmt.Sprintf("%s %s:%d %s", grades[f.Severity], strings.TrimPrefix(file, dir+"/"), f.Line, strings.ReplaceAll(f.What, dir+"/", "")))
		}
		for _, what := range m.NotRead {
			lines = append(lines, "unseen "+strings.ReplaceAll(what, dir+"/", ""))
		}
	}
	return lines
}

// compare holds what is said against what is wanted: settings and servers where
// they are named, and all else line by line.
func compare(t *testing.T, got, want []string) {
	t.Helper()
	loose := func(line string) bool { return strings.HasPrefix(line, "set ") || strings.HasPrefix(line, "server ") }
	var rest []string
	for _, line := range want {
		if loose(line) && !slices.Contains(got, line) {
			t.Errorf("%q is not said", line)
		}
		if !loose(line) && line != "" && line != "nothing" {
			rest = append(rest, line)
		}
	}
	left := slices.DeleteFunc(slices.Clone(got), loose)
	for i := range max(len(left), len(rest)) {
		if i >= len(left) || i >= len(rest) || !strings.HasPrefix(left[i], rest[i]) {
			t.Errorf("said\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			return
		}
	}
}

// A key of the configuration is looked at in every spelling that a server takes.
func TestCanonicalKeys(t *testing.T) {
	for _, k := range milvus.TLSKeys {
		if canonical(strings.ToUpper(k.Key)) != k.Key {
			t.Errorf("%s is not known in capitals", k.Key)
		}
	}
	for _, k := range backendKeys {
		m := Manifest{}
		if key, _ := m.keyOf(milvus.Variable(k)); key != k {
			t.Errorf("%s sets %q", milvus.Variable(k), key)
		}
	}
}
