package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"milvus-tls-e2e/harness/page"
)

// maxRuns bounds a plain text: it is compared in a time that grows with the number
// of its runs times that of the longest part.
const maxRuns = 4000

// How many runs one part can have. Prose can have more than one because a browser may put text
// in code font on lines of its own; code has several for each line.
const (
	proseRuns = 64
	codeRuns  = 2000
)

// A Text is a page copied from a browser: its words in order, without the borders of paragraphs
// and code blocks.
type Text struct {
	runs  []run
	found map[string][]span // hash → places
}

// A run is the text between two places where a part may begin or end: a line's end,
// a tabulator, or the end of a sentence.
type run struct {
	line   int
	text   string
	within bool // of a line: not its first
	glued  bool // no white space before it
}

type span struct{ from, to int } // of runs; to is the one after the last

// sentence ends after what it matches.
var sentence = regexp.MustCompile(`[.:;!?。：；！？]+`)

// ReadText reads a text without any marks, and finds in it the parts whose hashes
// are wanted. One that is too long for a page is an error.
func ReadText(source []byte, wanted map[string]bool) (*Text, error) {
	t := &Text{found: map[string][]span{}}
	for i, line := range strings.Split(string(source), "\n") {
		for _, cell := range strings.Split(line, "\t") {
			t.split(i+1, strings.TrimSpace(cell))
		}
		if len(t.runs) > maxRuns {
			return nil, fmt.Errorf("has more than %d sentences up to line %d, and no mark of where a code block begins: is this the page's source?", maxRuns, i+1)
		}
	}
	t.look(page.Code, codeRuns, wanted)
	t.look(page.Paragraph, proseRuns, wanted)
	return t, nil
}

func (t *Text) split(line int, text string) {
	for first := true; text != ""; first = false {
		end, mark := len(text), 0
		if first {
			mark = len(listMark.FindString(text))
		}
		if at := sentence.FindStringIndex(text[mark:]); at != nil {
			end = mark + at[1]
		}
		glued := !first && strings.TrimLeft(text, " ") == text
		t.runs = append(t.runs, run{line: line, text: strings.TrimSpace(text[:end]), within: !first, glued: glued})
		text = text[end:]
	}
}

// listMark is what a browser puts before an item, and Markdown before a heading.
var listMark = regexp.MustCompile(`^(?:[-*•◦▪‣·]|#{1,6}|\(?\d{1,2}[.)、])\s+`)

// look hashes every sequence of runs that is short enough to be a part.
func (t *Text) look(kind page.Kind, longest int, wanted map[string]bool) {
	of := make([][]string, len(t.runs))
	for i, r := range t.runs {
		of[i] = words(kind, r.text)
	}
	from := func(i int, first []string) {
		h, sum := newHasher(kind), [sha256.Size]byte{}
		for to := i; to < min(len(t.runs), i+longest); to++ {
			if to == i {
				h.add(first, false)
			} else {
				h.add(of[to], t.runs[to].glued)
			}
			if hash := hex.EncodeToString(h.sum.Sum(sum[:0])); wanted[hash] {
				t.found[hash] = append(t.found[hash], span{i, to + 1})
			}
		}
	}
	for i, r := range t.runs {
		if r.within && kind == page.Code {
			continue
		}
		from(i, of[i])
		if mark := listMark.FindString(r.text); mark != "" && kind != page.Code {
			from(i, words(kind, r.text[len(mark):]))
		}
	}
}

// A location is the place of a part in a copy. Parts are counted over the copy, and each heading
// is a part of its section.
type location struct {
	part int
	span
}

// align finds the longest series of the copy's parts that the text has in the same order.
func (t *Text) align(c Copy) (best []location) {
	ends := make(series, len(t.runs)+1)
	var longest *chain
	for i, p := range named(c) {
		// Those of one part are no series with each other: they are entered together.
		var found []*chain
		for _, s := range t.found[p.Hash] {
			found = append(found, (&chain{location: location{i, s}}).after(ends.upTo(s.from)))
		}
		for _, one := range found {
			ends.enter(one)
			if longest == nil || one.length > longest.length {
				longest = one
			}
		}
	}
	for ; longest != nil; longest = longest.before {
		best = append(best, longest.location)
	}
	slices.Reverse(best)
	return best
}

// A chain is a series of locations by its last.
type chain struct {
	location
	length int
	before *chain
}

func (c *chain) after(before *chain) *chain {
	c.length, c.before = 1, before
	if before != nil {
		c.length += before.length
	}
	return c
}

// A series finds the longest chain that ends at or before a run: a Fenwick tree, since
// a text can be made of thousands of equal lines.
type series []*chain

func (s series) upTo(run int) (best *chain) {
	for i := run; i > 0; i &= i - 1 {
		if s[i] != nil && (best == nil || s[i].length > best.length) {
			best = s[i]
		}
	}
	return best
}

func (s series) enter(c *chain) {
	for i := c.to; i < len(s); i += i & -i {
		if s[i] == nil || c.length > s[i].length {
			s[i] = c
		}
	}
}

// A namedPart is a part, or a heading, with its section.
type namedPart struct {
	Part
	section string
}

// named returns a copy's headings and parts in one row.
func named(c Copy) (all []namedPart) {
	for _, s := range c.Sections {
		if s.Title != "" {
			all = append(all, namedPart{Part{Kind: heading, Hash: s.Title}, s.Name})
		}
		for _, p := range s.Parts {
			all = append(all, namedPart{p, s.Name})
		}
	}
	return all
}

// CompareText compares plain text with a copy. Text in place of a missing part means that the
// part has changed.
func CompareText(c Copy, t *Text) Comparison {
	got := Comparison{Updated: c}
	parts, done, at := named(c), 0, 0
	places := t.align(c)
	for i, p := range append(places, location{len(parts), span{len(t.runs), len(t.runs)}}) {
		between := ""
		if at < p.from {
			between = t.lines(at, p.from)
		}
		if edge := i == 0 || i == len(places); edge && between != "" {
			got.Around, between = append(got.Around, between), ""
		}
		gap := parts[done:p.part]
		for _, missing := range gap {
			change := Change{What: "changed", Kind: missing.Kind, Where: between, Claims: missing.Claims}
			if between == "" {
				change.What, change.Where = "gone", missing.section
			}
			got.Changes = append(got.Changes, change)
		}
		if len(gap) == 0 && between != "" {
			got.Changes = append(got.Changes, Change{What: "new text", Where: between})
		}
		done, at = min(p.part+1, len(parts)), p.to
	}
	return got
}

func (t *Text) lines(from, to int) string {
	if a, b := t.runs[from].line, t.runs[to-1].line; a != b {
		return fmt.Sprintf("lines %d to %d", a, b)
	}
	return fmt.Sprintf("line %d", t.runs[from].line)
}
