package ledger

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness/page"
)

// The page as its source has it, in the three forms in which people keep it.
const (
	asMarkdown = `# Encrypt

## Make a certificate (optional)

1. Put this into ` + "`make.sh`" + ` and ` + "`x.cnf`" + `:

` + "```sh\n#!/bin/sh\n# a key\nopenssl genpkey \\\n  -out a.key\n\nopenssl req\n```" + `

2. It's *done*. See [the manual](https://example.org).

### Run ` + "`make.sh`" + `

- ` + "`a.key`" + `: the key.
  - ` + "`b.key`" + `: another; it is ` + "`secret`" + `.

` + "```yaml\ntls:\n  caPemPath: x\n```\n"

	asHTML = `<h1 id="Encrypt">Encrypt<button data-href="#Encrypt"><svg></svg></button></h1>
<h2 id="Make-a-certificate-optional">Make a certificate (optional)</h2>
<ol><li><p>Put this into <code translate="no">make.sh</code> and <code>x.cnf</code>:</p>
<pre><code translate="no" class="language-sh"><span class="hljs-meta">#!/bin/sh</span>
<span># a key</span>
openssl genpkey \
  -out a.key

openssl req
<button class="copy-code-btn"></button></code></pre></li>
<li><p>It’s <em>done</em>. See <a href="https://example.org">the manual</a>.</p></li></ol>
<h3 id="Run-makesh">Run <code>make.sh</code></h3>
<ul><li><code>a.key</code>: the key.<ul><li><code>b.key</code>: another; it is <code>secret</code>.</li></ul></li></ul>
<pre><code class="language-yaml">tls:
  caPemPath: x
</code></pre>
`

	asCopied = `a site's logo

Encrypt

Make a certificate (optional)

  1. Put this into make.sh and x.cnf:
#!/bin/sh
# a key
openssl genpkey \
  -out a.key

openssl req
  1. It's done. See the manual.

Run make.sh

  • a.key: the key.
    • b.key: another; it is secret.

tls:
  caPemPath: x

On this page
`

	// As a tool that takes the words out of a page's elements leaves them.
	asExtracted = "Encrypt\nMake a certificate (optional)\n- Put this into\nmake.sh\nandx.cnf\n:\n#!/bin/sh\n# a key\nopenssl genpkey \\\n-out a.key\nopenssl req\n" +
		"- It's done. See the manual.\nRun\nmake.sh\na.key\n: the key.b.key\n: another; it issecret\n.\ntls:\ncaPemPath: x\n"
)

func TestAPageIsTheSameInEveryForm(t *testing.T) {
	forms := map[string]string{"Markdown": asMarkdown, "HTML": asHTML, "copied from a browser": asCopied, "extracted": asExtracted}
	for from, source := range map[string]string{"Markdown": asMarkdown, "HTML": asHTML} {
		l := Ledger{Copies: []Copy{taken(t, source)}}
		for to, text := range forms {
			if got := changes(t, l, text); len(got) != 0 {
				t.Errorf("from %s to %s: got %q", from, to, got)
			}
		}
	}
}

// changes holds a text in whatever form against a ledger's only copy.
func changes(t *testing.T, l Ledger, text string) (all []string) {
	t.Helper()
	at, d, err := l.Find([]byte(text), "", "")
	if err != nil || at != 0 {
		t.Fatalf("found %d (%v)", at, err)
	}
	got := Comparison{}
	if d.Plain != nil {
		got = CompareText(l.Copies[at], d.Plain)
	} else {
		got = Compare(l.Copies[at], d.Page)
	}
	for _, change := range got.Changes {
		all = append(all, change.String())
	}
	return all
}

func TestAChangeOfPlainTextIsNoticed(t *testing.T) {
	l := Ledger{Copies: []Copy{taken(t, asMarkdown)}}
	for name, c := range map[string]struct {
		from, to string
		says     []string
	}{
		"a changed block":    {"-out a.key", "-out c.key", []string{"changed code, lines 8 to 13: recipe-2.5-runs"}},
		"a changed item":     {"the manual", "no manual", []string{"changed item, line 14"}},
		"a changed heading":  {"Run make.sh", "Call make.sh", []string{"changed heading, line 16"}},
		"a block gone":       {"tls:\n  caPemPath: x\n", "", []string{"gone code, Run makesh: config-block-takes-effect"}},
		"new text":           {"Run make.sh", "And now:\n\nRun make.sh", []string{"new text, line 16"}},
		"a letter of a path": {"caPemPath: x", "caPemPath: y", []string{"gone code, Run makesh: config-block-takes-effect"}},
		"text around it":     {"On this page", "On that page", nil},
	} {
		text := strings.Replace(asCopied, c.from, c.to, 1)
		var got []string
		for _, change := range changes(t, l, text) {
			// Which claim a block is about is another test's concern.
			what, _, _ := strings.Cut(change, ": ")
			got = append(got, what)
		}
		want := slices.Clone(c.says)
		for i := range want {
			want[i], _, _ = strings.Cut(want[i], ": ")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// What stands around a page that was copied is said, since nobody knows whether it
// belongs to it.
func TestWhatStandsAroundAPageIsSaid(t *testing.T) {
	l := Ledger{Copies: []Copy{taken(t, asMarkdown)}}
	_, d, err := l.Find([]byte(asCopied), "", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := CompareText(l.Copies[0], d.Plain).Around; !slices.Equal(got, []string{"line 1", "line 24"}) {
		t.Errorf("got %q", got)
	}
}

// The page of our own, in both forms in which it is kept, and as it is copied.
func TestOurOwnPageIsTheSameInEveryForm(t *testing.T) {
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "pages", name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	p, err := page.Parse(read("tls.md"))
	if err != nil {
		t.Fatal(err)
	}
	l := Ledger{Copies: []Copy{Compare(Copy{}, p).Updated}}
	var copied strings.Builder
	for _, s := range p.Sections {
		copied.WriteString(s.Title + "\n\n")
		for _, part := range s.Parts {
			copied.WriteString(part.Text + "\n")
		}
	}
	for _, text := range []string{string(read("tls.md")), string(read("tls-html.md")), copied.String()} {
		if got := changes(t, l, text); len(got) > 0 {
			t.Errorf("got %q", got)
		}
	}
}

func TestALongPlainTextIsRefusedInBoundedTime(t *testing.T) {
	begin := time.Now()
	if _, err := ReadText([]byte(strings.Repeat("tls:\n", maxRuns+1)), nil); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	// As many equal lines as are read, each of which could be any of many equal parts.
	c := Copy{Sections: []Section{{}}}
	for range 50 {
		c.Sections[0].Parts = append(c.Sections[0].Parts, Part{Kind: page.Paragraph, Hash: Hash(page.Paragraph, "a")})
	}
	text, err := ReadText([]byte(strings.Repeat("a\n", maxRuns)), map[string]bool{c.Sections[0].Parts[0].Hash: true})
	if err != nil {
		t.Fatal(err)
	}
	CompareText(c, text)
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("took %s", took)
	}
}

func FuzzReadText(f *testing.F) {
	f.Add(asCopied)
	f.Add(asExtracted)
	f.Add("1. 2. 3.\t\t.\n\xff. a")
	f.Fuzz(func(t *testing.T, text string) {
		c := taken(t, asMarkdown)
		l := Ledger{Copies: []Copy{c}}
		plain, err := ReadText([]byte(text), l.hashes())
		if err != nil {
			return
		}
		got := CompareText(c, plain)
		if len(got.Changes) == 0 && len(plain.align(c)) < len(named(c)) {
			t.Errorf("%q lacks parts, and has no change", text)
		}
	})
}
