package ledger

import (
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/page"
)

const first = "# One {#One}\n\nwords\n\n```sh\nopenssl genpkey -out a.key\n```\n\n# Two {#Two}\n\nmore words\n\n```java\nx\n```\n"

func parse(t *testing.T, text string) page.Page {
	t.Helper()
	p, err := page.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func taken(t *testing.T, text string) Copy {
	t.Helper()
	return Compare(Copy{Lines: []string{"2.5"}, Language: "en"}, parse(t, text)).Updated
}

func TestAChangeIsNoticed(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		says     []string
	}{
		"nothing":           {"", "", nil},
		"white space":       {"words", "  words ", nil},
		"a changed block":   {"-out a.key", "-out b.key", []string{"changed code, line 6, under \"One\": recipe-manual-steps"}},
		"a changed text":    {"more words", "other words", []string{"changed paragraph, under \"Two\""}},
		"a new block":       {"more words", "more words\n\n```\ny\n```", []string{"new code, line 14, under \"Two\""}},
		"a block gone":      {"```java\nx\n```\n", "", []string{"gone code, under \"Two\""}},
		"a new section":     {"# Two", "# Three\n\n# Two", []string{"new section, under \"Three\""}},
		"a changed heading": {"# Two {", "# Zwei {", []string{"changed heading, under \"Zwei\""}},
		"a section gone": {"# One {#One}\n\nwords\n\n```sh\nopenssl genpkey -out a.key\n```\n\n", "",
			[]string{"section gone, One: recipe-manual-steps", "claim without a page: recipe-manual-steps"}},
	} {
		text := first
		if c.from != "" {
			text = strings.Replace(first, c.from, c.to, 1)
		}
		var got []string
		for _, change := range Compare(taken(t, first), parse(t, text)).Changes {
			got = append(got, change.String())
		}
		if !slices.Equal(got, c.says) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestBlocksWithoutAClaimAreNamed(t *testing.T) {
	got := Compare(taken(t, first), parse(t, first))
	if len(got.Without) != 1 || !strings.Contains(got.Without[0], "Two") {
		t.Errorf("got %q", got.Without)
	}
}

func TestClaimsSurviveAChange(t *testing.T) {
	c := taken(t, first)
	c.Sections[1].Parts[0].Claims = []string{"kept"}
	now := Compare(c, parse(t, strings.Replace(first, "more words", "other words", 1))).Updated
	if got := now.Sections[1].Parts[0].Claims; !slices.Equal(got, []string{"kept"}) || len(Compare(now, parse(t, first)).Changes) != 1 {
		t.Errorf("got %q", got)
	}
}

func TestAPageFindsItsCopy(t *testing.T) {
	other := strings.NewReplacer("words", "mots", "One {", "Un {", "Two {", "Deux {").Replace(first)
	l := Ledger{Copies: []Copy{taken(t, first), taken(t, other)}}
	l.Copies[1].Language = "fr"
	for name, c := range map[string]struct {
		page, line, language string
		want                 int
	}{
		"by what it says": {other, "", "", 1},
		"named":           {other, "2.5", "en", 0},
		"unlike":          {"```\nunlike\n```\n", "", "", -1},
		"of no such line": {other, "2.6", "", -1},
	} {
		if at, _, err := l.Find([]byte(c.page), c.line, c.language); at != c.want || err != nil {
			t.Errorf("%s, got %d (%v)", name, at, err)
		}
	}
}

// The earlier edition of a line's page is a copy of its own.
func TestAnEditionIsACopyOfItsOwn(t *testing.T) {
	before := taken(t, strings.Replace(first, "more words", "words of before", 1))
	before.Edition = "first"
	l := Ledger{Copies: []Copy{before, taken(t, first)}}
	at, d, err := l.Find([]byte(first), "2.5", "en")
	if err != nil || at != 1 || len(Compare(l.Copies[at], d.Page).Changes) != 0 {
		t.Errorf("got %d (%v)", at, err)
	}
	if !l.Has("2.4,2.5", "en", "first") || l.Has("2.5", "en", "second") || l.Has("2.4", "en", "") {
		t.Error("editions are mixed up")
	}
}

func TestTheHashIsOfWhatIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		kind page.Kind
		a, b string
		same bool
	}{
		"composed characters":            {page.Code, "e\u0301 a\n b ", "\u00e9 a b", true},
		"a space of code":                {page.Code, "tlsMode: 1", "tlsMode:1", false},
		"a space of prose":               {page.Item, "the `x` file", "thexfile", false},
		"no space beside a mark":         {page.Paragraph, "安装 OpenSSL。", "安装OpenSSL。", true},
		"typographic quotation marks":    {page.Paragraph, "It’s “so” – now", "It's \"so\" - now", true},
		"typographic marks of code":      {page.Code, "echo ’", "echo '", false},
		"punctuation of another width":   {page.Paragraph, "传输层安全（TLS）", "传输层安全(TLS)", true},
		"a soft hyphen":                  {page.Paragraph, "en\u00adcryption", "encryption", true},
		"words that are others":          {page.Paragraph, "one-way", "two-way", false},
		"letters of another size":        {page.Code, "COMMON", "common", false},
		"a heading is as a paragraph is": {heading, "A b", "A  b", true},
	} {
		if got := Hash(c.kind, c.a) == Hash(c.kind, c.b); got != c.same {
			t.Errorf("%s: same is %v", name, got)
		}
	}
}

// A new copy takes its claims from the copy that is most like it: of the same
// line before another, by what a part says before where it stands.
func TestANewCopyInheritsClaims(t *testing.T) {
	near, far := taken(t, first), taken(t, first)
	near.Sections[1].Parts[0].Claims, far.Sections[1].Parts[0].Claims = []string{"near"}, []string{"far"}
	far.Lines = []string{"2.2"}
	l := Ledger{Copies: []Copy{far, near}}
	translated := Compare(Copy{Lines: []string{"2.5"}, Language: "fr"}, parse(t, strings.ReplaceAll(first, "words", "mots"))).Updated
	got := l.Inherit(translated)
	if claims := got.Sections[1].Parts[0].Claims; !slices.Equal(claims, []string{"near"}) {
		t.Errorf("by its place: got %q", claims)
	}
	same := l.Inherit(Compare(Copy{Lines: []string{"2.2"}}, parse(t, first)).Updated)
	if claims := same.Sections[1].Parts[0].Claims; !slices.Equal(claims, []string{"far"}) {
		t.Errorf("by its text: got %q", claims)
	}
	if claims := got.Sections[0].Parts[1].Claims; !slices.Equal(claims, []string{"recipe-manual-steps"}) {
		t.Errorf("what a block shows by itself: got %q", claims)
	}
}

func TestAStatementOfAnotherPageIsLookedFor(t *testing.T) {
	e := Excerpt{Page: "release_notes.md", Lines: []string{"2.6"}, Statements: []Statement{
		{About: "a floor", Kind: page.Item, Hash: Hash(page.Item, "Added a floor (x.y)"), Claims: []string{"a"}},
		{About: "a name", Kind: page.Paragraph, Hash: Hash(page.Paragraph, "A name's use."), Claims: []string{"b"}},
	}}
	l := Ledger{Excerpts: []Excerpt{e}}
	for name, c := range map[string]struct {
		text string
		says []string
	}{
		"Markdown":              {"# 2.6\n\n- Added a floor (`x.y`)\n- Other\n\nA name’s use.\n", nil},
		"with a block":          {"# 2.6\n\n- Added a floor (`x.y`)\n\nA name's use.\n\n```\nx\n```\n", nil},
		"HTML":                  {"<h2>2.6</h2><ul><li>Added a floor (<code>x.y</code>)</li></ul><table><tr><td> A name's use. </td></tr></table>\n", nil},
		"copied":                {"2.6\n  • Added a floor (x.y)\nDescription\tA name's\nuse.\n", nil},
		"with one changed":      {"- Added no floor (`x.y`)\n\nA name's use.\n", []string{"changed or gone item, a floor: a"}},
		"with one of them left": {"- Added a floor (`x.y`)\n", []string{"changed or gone paragraph, a name: b"}},
	} {
		_, d, err := l.Find([]byte(c.text), "", "")
		if err != nil || l.FindExcerpt(d, "2.6") != 0 {
			t.Errorf("%s: not found (%v)", name, err)
			continue
		}
		var got []string
		for _, change := range CompareExcerpt(e, d) {
			got = append(got, change.String())
		}
		if !slices.Equal(got, c.says) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if _, d, _ := l.Find([]byte("nothing of it\n"), "", ""); l.FindExcerpt(d, "") != -1 {
		t.Error("a page without any statement is found")
	}
}
