package page

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func fixture(t *testing.T, name string) Page {
	t.Helper()
	p, err := Read(filepath.Join("..", "..", "fixtures", "pages", name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What a reader sees does not depend on the form: Markdown with fences, or
// HTML with highlighting, buttons and icons.
func TestMarkdownAndItsHTMLTwinReadAlike(t *testing.T) {
	flat := func(p Page) (all []string) {
		for _, s := range p.Sections {
			all = append(all, strings.Join(append([]string{"#", s.ID}, s.Path...), "|"))
			for _, part := range s.Parts {
				all = append(all, strings.Join(append([]string{string(part.Kind), part.Lang, part.Text}, part.Marks...), "|"))
			}
		}
		return all
	}
	one, two := flat(fixture(t, "tls.md")), flat(fixture(t, "tls-html.md"))
	for i := range min(len(one), len(two)) {
		if one[i] != two[i] {
			t.Errorf("part %d:\n%q\n%q", i, one[i], two[i])
		}
	}
	if len(one) != len(two) {
		t.Errorf("%d and %d parts", len(one), len(two))
	}
}

func TestABlockKnowsItsLine(t *testing.T) {
	for _, name := range []string{"tls.md", "tls-html.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "pages", name))
		if err != nil {
			t.Fatal(err)
		}
		source := strings.Split(string(text), "\n")
		for _, s := range fixture(t, name).Sections {
			for _, part := range s.Parts {
				if part.Kind != Code {
					continue
				}
				first, _, _ := strings.Cut(part.Text, "\n")
				word := strings.Fields(first)[0]
				if part.Line < 1 || !strings.Contains(source[part.Line-1], strings.Trim(word, "#!")) {
					t.Errorf("%s: the block %q is said to be on line %d", name, first, part.Line)
				}
			}
		}
	}
}

func TestTextIsWhatAReaderCopies(t *testing.T) {
	for name, c := range map[string]struct{ page, text string }{
		"a fence":                     {"```sh\na && b <c>\n\n# d\n```\n", "a && b <c>\n\n# d\n"},
		"entities and a button":       {"<h1>x</h1><pre><code>a &amp;&amp; <b>b</b>\n\n# d\n<button>Copy</button></code></pre>\n", "a && b\n\n# d\n"},
		"a fence in a list":           {"1. one\n\n   ```\n   x\n     y\n   ```\n", "x\n  y\n"},
		"an indented block":           {"text\n\n    a\n      b\n", "a\n  b\n"},
		"windows' line ends":          {"```\r\na\r\nb\r\n```\r\n", "a\nb\n"},
		"old Macs' line ends":         {"```\ra\rb\r```\r", "a\nb\n"},
		"a byte order mark":           {"\ufeff```\na\n```\n", "a\n"},
		"HTML with a fence beside it": {"<pre><code>a\n</code></pre>\n\n```\nb\n```\n", "a\n"},
		"a pre without code":          {"<pre>\na\n</pre>\n", "a\n"},
		"an unclosed fence":           {"```\na\n", "a\n"},
	} {
		p, err := Parse([]byte(c.page))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, s := range p.Sections {
			for _, part := range s.Parts {
				if part.Kind == Code {
					got = append(got, part.Text)
				}
			}
		}
		if got[0] != c.text {
			t.Errorf("%s: got %q, want %q", name, got[0], c.text)
		}
	}
}

func TestSectionsKnowTheirPath(t *testing.T) {
	p, err := Parse([]byte("before\n\n# A\n\n## B\n\n### C\n\n## D\n\n```\nx\n```\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, s := range p.Sections {
		got = append(got, s.Path)
	}
	if want := [][]string{nil, {"A"}, {"A", "B"}, {"A", "B", "C"}, {"A", "D"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestBadPagesAreToldInOneLine(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ text, says string }{
		"empty":     {" \n\n", "is empty"},
		"one line":  {"# A ```sh a ``` " + strings.Repeat("and so on ", 40), "has no line breaks"},
		"binary":    {"\x7fELF\x00\x01```\nx\n```\n", "binary"},
		"latin1":    {"one\ncaf\xe9\n```\nx\n```\n", "line 2 has the byte 0xe9"},
		"no-blocks": {"# A page\n\nwith words\n", "no code block"},
		"huge":      {strings.Repeat("x\n", MaxBytes), "at most"},
		"deep":      {strings.Repeat("<div>\n", 5000) + "<pre>x</pre>", "no HTML that can be read"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "none")} {
		if _, err := Read(path); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

// A page that is made to be slow is told in one line, in bounded time.
func TestAPageThatNestsWithoutEndIsTold(t *testing.T) {
	for _, unit := range []string{">", "<b>", "- "} {
		begin := time.Now()
		line := strings.Repeat(unit, 4000/len(unit)) + "x\n"
		_, err := Parse([]byte(strings.Repeat(line, 8) + "\n```\nx\n```\n"))
		if took := time.Since(begin); took > 2*readingBound {
			t.Errorf("%q takes %s (%v)", unit, took, err)
		}
	}
	if _, err := Parse([]byte(strings.Repeat(">", maxLine+1) + "\n\n```\nx\n```\n")); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"tls.md", "tls-html.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "pages", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("---\n---\n```\n"))
	f.Add([]byte("<pre"))
	f.Add([]byte("> - 1. <details><h2 id=a>`x`</h2><PRE data-line=9><code class=language-\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, _ = Parse(text)
		// Most of what a fuzzer finds is no text, or has no block: give it what it lacks.
		text = append(bytes.ReplaceAll(bytes.ToValidUTF8(text, nil), []byte{0}, nil), "\n\n```\nx\n```\n"...)
		p, err := Parse(text)
		if err == nil && p.Blocks() == 0 {
			t.Error("a page without blocks is no page")
		}
		for _, s := range p.Sections {
			for _, part := range s.Parts {
				if part.Line < 0 || part.Line > strings.Count(string(text), "\n")+strings.Count(string(text), "\r")+1 {
					t.Errorf("a block on line %d", part.Line)
				}
			}
		}
	})
}

// A heading of Markdown has the anchor that the site gives it.
func TestAHeadingsAnchorIsDerived(t *testing.T) {
	for heading, want := range map[string]string{
		"## Run `make.sh` to make a key": "Run-makesh-to-make-a-key",
		"## Renew (optional)":            "Renew-optional",
		"## 1. Set `a.b` up":             "1-Set-ab-up",
		"## 证书 (可选)":                     "证书-可选",
		"## Own {#of-its-own}":           "of-its-own",
		"<h2>An element</h2>":            "An-element",
		"<h2 id=\"x\">An element</h2>":   "x",
	} {
		p, err := Parse([]byte(heading + "\n\n```\nx\n```\n"))
		if err != nil || len(p.Sections) != 1 || p.Sections[0].ID != want {
			t.Errorf("%s: got %+v (%v)", heading, p.Sections, err)
		}
	}
}
