package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness/page"
)

// A Document is a copy of a page as given: in a form with paragraphs and code blocks, or as text
// that has lost them.
type Document struct {
	Page  page.Page
	Plain *Text // set where code blocks are not marked: text copied from a browser
}

// Read reads a document. Text without marked code blocks is read as plain text.
func (l Ledger) Read(source []byte) (Document, error) {
	p, err := page.Parse(source)
	if err == nil {
		return Document{Page: p}, nil
	}
	plain, textErr := ReadText(source, l.hashes())
	if !errors.Is(err, page.ErrNoBlocks) || textErr != nil {
		return Document{}, err
	}
	return Document{Page: p, Plain: plain}, nil
}

func (l Ledger) hashes() map[string]bool {
	all := map[string]bool{}
	for _, c := range l.Copies {
		for _, p := range named(c) {
			all[p.Hash] = true
		}
	}
	for _, e := range l.Excerpts {
		for _, s := range e.Statements {
			all[s.Hash] = true
		}
	}
	return all
}

// Find returns the index of the copy that the document is one of: of those of the
// line and the language given, the one that has the most in common with it. It
// gives -1 where there is none that has a quarter of it, unless both are named.
// A document whose Markdown is only seeming is read as plain text from then on.
func (l Ledger) Find(source []byte, line, language string) (int, Document, error) {
	d, err := l.Read(source)
	if err != nil {
		return -1, d, err
	}
	best, most := l.closest(d, line, language)
	if d.Plain == nil {
		// Text copied from a browser can look like Markdown, with a script's comments as
		// headings. The form that matches more of a copy is the right one.
		if plain, err := ReadText(source, l.hashes()); err == nil {
			if other, n := l.closest(Document{Plain: plain}, line, language); other >= 0 && n > most {
				return other, Document{Plain: plain}, nil
			}
		}
	}
	return best, d, nil
}

// closest returns the copy that has the most in common with a document, and how
// much that is; -1 where no copy has enough.
func (l Ledger) closest(d Document, line, language string) (best, most int) {
	best, most = -1, -1
	for i, c := range l.Copies {
		if line != "" && !slices.Contains(c.Lines, line) || language != "" && language != c.Language {
			continue
		}
		n := d.common(c)
		enough := line != "" && language != "" || 4*n > c.size()
		if enough && n > most {
			best, most = i, n
		}
	}
	return best, most
}

// common counts the parts of a copy that a document has, and half a part for
// each heading: a heading's anchor is the same in every language.
func (d Document) common(c Copy) (n int) {
	if d.Plain != nil {
		return len(d.Plain.align(c))
	}
	hashes, ids := map[string]int{}, map[string]bool{}
	for _, s := range d.Page.Sections {
		ids[s.ID] = s.ID != ""
		for _, p := range s.Parts {
			hashes[Hash(p.Kind, p.Text)]++
		}
	}
	headings := 0
	for _, s := range c.Sections {
		if ids[s.ID] {
			headings++
		}
		for _, p := range s.Parts {
			if hashes[p.Hash] > 0 {
				hashes[p.Hash]--
				n++
			}
		}
	}
	return n + headings/2
}

// FindExcerpt returns the excerpt of whose page the document is; -1 where it has
// no statement of any.
func (l Ledger) FindExcerpt(d Document, line string) int {
	best, most := -1, 0
	for i, e := range l.Excerpts {
		if line != "" && !slices.Contains(e.Lines, line) {
			continue
		}
		if n := len(e.Statements) - len(d.missing(e)); n > most {
			best, most = i, n
		}
	}
	return best
}

// CompareExcerpt returns the statements of an excerpt that its page no longer makes.
func CompareExcerpt(e Excerpt, d Document) (changes []Change) {
	for _, s := range d.missing(e) {
		changes = append(changes, Change{What: "changed or gone", Kind: s.Kind, Where: s.About, Claims: s.Claims})
	}
	return changes
}

func (d Document) missing(e Excerpt) (all []Statement) {
	has := map[string]bool{}
	for _, s := range d.Page.Sections {
		for _, p := range s.Parts {
			has[Hash(p.Kind, p.Text)] = true
		}
	}
	for _, s := range e.Statements {
		if !has[s.Hash] && (d.Plain == nil || len(d.Plain.found[s.Hash]) == 0) {
			all = append(all, s)
		}
	}
	return all
}

// Names lists the copies and excerpts.
func (l Ledger) Names() string {
	var names []string
	for _, c := range l.Copies {
		names = append(names, c.Name())
	}
	for _, e := range l.Excerpts {
		names = append(names, fmt.Sprintf("%s of %s %s", e.Page, strings.Join(e.Lines, " and "), e.Language))
	}
	return strings.Join(names, ", ")
}

// Has reports whether there is a copy of one of these lines (with commas), in this
// language and edition.
func (l Ledger) Has(lines, language, edition string) bool {
	return slices.ContainsFunc(l.Copies, func(c Copy) bool {
		return c.Language == language && c.Edition == edition && slices.ContainsFunc(strings.Split(lines, ","), func(line string) bool {
			return slices.Contains(c.Lines, line)
		})
	})
}
