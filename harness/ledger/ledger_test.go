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
	return Compare(Copy{Line: "2.5", Language: "en"}, parse(t, text)).Updated
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
	if at := l.Find(parse(t, other), "", ""); at != 1 {
		t.Errorf("got %d", at)
	}
	if at := l.Find(parse(t, other), "2.5", "en"); at != 0 {
		t.Errorf("named, got %d", at)
	}
	if at := l.Find(parse(t, "```\nunlike\n```\n"), "", ""); at != -1 {
		t.Errorf("unlike, got %d", at)
	}
}

func TestTheHashIsOfWhatIsSaid(t *testing.T) {
	if Hash("e\u0301 a\n b ") != Hash("\u00e9 a b") || Hash("a b") == Hash("ab") {
		t.Error("the hash depends on form, or not on text")
	}
}
