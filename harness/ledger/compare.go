package ledger

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness/page"
	"milvus-tls-e2e/harness/page/steps"
)

// A Change is one difference from the ledger.
type Change struct {
	What   string // "changed", "new", "gone", "new section", "section gone", "claim without a page"
	Where  string // the section, and the line of a code block
	Kind   page.Kind
	Claims []string // those that it touches
}

func (c Change) String() string {
	text := c.What
	if c.Kind != "" {
		text += " " + string(c.Kind)
	}
	if c.Where != "" {
		text += ", " + c.Where
	}
	if len(c.Claims) > 0 {
		text += ": " + strings.Join(c.Claims, ", ")
	}
	return text
}

// A Comparison is a page held against a copy.
type Comparison struct {
	Changes []Change
	Without []string // code blocks that no claim is about, changed or not
	Around  []string // of plain text: lines before the first part that is known, and after the last
	Updated Copy     // the copy as the page is now; what is new has the claims that its blocks show
}

// Compare holds a page against a copy.
func Compare(c Copy, p page.Page) Comparison {
	got := Comparison{Updated: Copy{Lines: c.Lines, Language: c.Language, Edition: c.Edition}}
	claims := blockClaims(p)
	left := slices.Clone(c.Sections)
	for n, s := range p.Sections {
		was := take(&left, s)
		now := Section{Name: nameOf(s, n), ID: s.ID, Level: s.Level}
		if s.Title != "" {
			now.Title = Hash(heading, s.Title)
		}
		if was == nil {
			got.Changes = append(got.Changes, Change{What: "new section", Where: quoted(s)})
			was = &Section{}
		} else {
			now.Name = was.Name
			if was.Title != now.Title {
				got.Changes = append(got.Changes, Change{What: "changed heading", Where: quoted(s)})
			}
		}
		now.Parts = got.parts(s, was.Parts, claims)
		got.Updated.Sections = append(got.Updated.Sections, now)
	}
	for _, s := range left {
		got.Changes = append(got.Changes, Change{What: "section gone", Where: s.Name, Claims: Copy{Sections: []Section{s}}.Claims()})
	}
	for _, id := range c.Claims() {
		if !slices.Contains(got.Updated.Claims(), id) {
			got.Changes = append(got.Changes, Change{What: "claim without a page", Claims: []string{id}})
		}
	}
	return got
}

// take finds the section of the ledger that a page's section is, and takes it
// out: the same id, else the same title.
func take(left *[]Section, s page.Section) *Section {
	same := []func(Section) bool{
		func(x Section) bool {
			return x.ID != "" && x.ID == s.ID && (s.Title == "" || x.Title == Hash(heading, s.Title))
		},
		func(x Section) bool { return x.ID != "" && x.ID == s.ID },
		func(x Section) bool { return x.Title != "" && x.Title == Hash(heading, s.Title) },
		func(x Section) bool { return x.Level == 0 && s.Level == 0 },
	}
	for _, is := range same {
		if i := slices.IndexFunc(*left, is); i >= 0 {
			found := (*left)[i]
			*left = slices.Delete(*left, i, i+1)
			return &found
		}
	}
	return nil
}

// parts holds a section's parts against those of the ledger. Equal ones stay
// in order; what lies between them is paired by kind as changed.
func (got *Comparison) parts(s page.Section, was []Part, claims map[*page.Part][]string) (now []Part) {
	hashes := make([]string, len(s.Parts))
	for i, p := range s.Parts {
		hashes[i] = Hash(p.Kind, p.Text)
	}
	pairs := match(was, s.Parts, hashes)
	gone := make([]bool, len(was))
	for i := range was {
		gone[i] = !slices.Contains(pairs, i)
	}
	for i := range s.Parts {
		p := &s.Parts[i]
		part := Part{Kind: p.Kind, Hash: hashes[i], Claims: claims[p]}
		if old := pairs[i]; old >= 0 {
			part.Claims = was[old].Claims
			if was[old].Hash != part.Hash {
				got.Changes = append(got.Changes, Change{What: "changed", Kind: p.Kind, Where: place(s, p), Claims: part.Claims})
			}
		} else if len(was) > 0 || p.Kind == page.Code {
			got.Changes = append(got.Changes, Change{What: "new", Kind: p.Kind, Where: place(s, p)})
		}
		if p.Kind == page.Code && len(part.Claims) == 0 {
			got.Without = append(got.Without, place(s, p))
		}
		now = append(now, part)
	}
	for i, p := range was {
		if gone[i] {
			got.Changes = append(got.Changes, Change{What: "gone", Kind: p.Kind, Where: quoted(s), Claims: p.Claims})
		}
	}
	return now
}

// match returns, for each part of the page, the part of the ledger that it is or
// was, or -1.
func match(was []Part, parts []page.Part, hashes []string) []int {
	pairs, from := make([]int, len(parts)), 0
	for i := range parts {
		pairs[i] = -1
		for j := from; j < len(was); j++ {
			if was[j].Hash == hashes[i] && alike(was[j].Kind, parts[i].Kind) {
				pairs[i], from = j, j+1
				break
			}
		}
	}
	for i := range parts {
		if pairs[i] >= 0 {
			continue
		}
		low, high := -1, len(was)
		for k, j := range pairs {
			if j >= 0 && k < i {
				low = max(low, j)
			}
			if j >= 0 && k > i {
				high = min(high, j)
			}
		}
		for j := low + 1; j < high; j++ {
			if alike(was[j].Kind, parts[i].Kind) && !slices.Contains(pairs, j) {
				pairs[i] = j
				break
			}
		}
	}
	return pairs
}

// alike reports whether two parts are of one kind. An item whose text the page's
// source puts into a paragraph is both.
func alike(a, b page.Kind) bool { return (a == page.Code) == (b == page.Code) }

// blockClaims returns the claims that the page's code blocks show by themselves.
func blockClaims(p page.Page) map[*page.Part][]string {
	all, n := map[*page.Part][]string{}, 0
	blocks := steps.Read(p)
	for i := range p.Sections {
		for j := range p.Sections[i].Parts {
			if part := &p.Sections[i].Parts[j]; part.Kind == page.Code {
				if id := blocks[n].Claim; id != "" {
					all[part] = []string{id}
				}
				n++
			}
		}
	}
	return all
}

func nameOf(s page.Section, n int) string {
	if s.ID != "" {
		return strings.ReplaceAll(s.ID, "-", " ")
	}
	return fmt.Sprintf("section %d", n+1)
}

func quoted(s page.Section) string {
	if s.Title == "" {
		return "before the first heading"
	}
	return fmt.Sprintf("under %q", s.Title)
}

func place(s page.Section, p *page.Part) string {
	if p.Line > 0 {
		return fmt.Sprintf("line %d, %s", p.Line, quoted(s))
	}
	return quoted(s)
}
