// Package ledger keeps, for each copy of the page, which of its paragraphs and
// code blocks each claim comes from, and finds what has changed since. It keeps
// hashes and no text of a page.
package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"milvus-tls-e2e/harness/page"
)

// A Ledger is what fixtures/ledger.yaml holds.
type Ledger struct {
	Copies    []Copy   `yaml:"copies"`
	Elsewhere []Waiver `yaml:"elsewhere"` // claims of pages of which no source is in the ledger
	Waived    []Waiver `yaml:"waived"`    // claims that no case judges
}

// A Copy is the page of one release line in one language, in its own order.
type Copy struct {
	Line     string    `yaml:"line"`     // release line: "2.5"
	Language string    `yaml:"language"` // "en", "fr", "zh"
	Sections []Section `yaml:"sections"`
}

// A Section is known by its heading's id, or by its title's hash where the
// copy has no ids.
type Section struct {
	Name  string `yaml:"section"`         // in our own words, in English
	ID    string `yaml:"id,omitempty"`    // the heading's HTML id
	Level int    `yaml:"level"`           // of the heading; 0 for what stands before the first
	Title string `yaml:"title,omitempty"` // hash of the title
	Parts []Part `yaml:"parts"`
}

// A Part is one paragraph, list item or code block.
type Part struct {
	Kind   page.Kind `yaml:"kind"`
	Hash   string    `yaml:"sha256"`
	Claims []string  `yaml:"claims,omitempty,flow"`
}

// A Waiver says why a claim is not judged, or not from a page.
type Waiver struct {
	Claim  string `yaml:"claim"`
	Reason string `yaml:"reason"`
}

// Hash is the SHA-256 of a text whose form does not matter: runs of white
// space count as one space, and Unicode is composed (NFC).
func Hash(text string) string {
	sum := sha256.Sum256([]byte(norm.NFC.String(strings.Join(strings.Fields(text), " "))))
	return hex.EncodeToString(sum[:])
}

// Claims names the claims of a copy, each once, sorted.
func (c Copy) Claims() (ids []string) {
	for _, s := range c.Sections {
		for _, p := range s.Parts {
			ids = append(ids, p.Claims...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Find gives the index of the copy that a page is one of: that of the line and
// the language given, where they are, and else the one that has the most in
// common with it. It gives -1 where there is none that has a quarter of it.
func (l Ledger) Find(p page.Page, line, language string) int {
	best, most := -1, parts(p)/4
	for i, c := range l.Copies {
		if line != "" && line != c.Line || language != "" && language != c.Language {
			continue
		}
		n := c.common(p)
		if line != "" && language != "" {
			return i
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

func parts(p page.Page) (n int) {
	for _, s := range p.Sections {
		n += len(s.Parts)
	}
	return n
}

// common counts what a page has of a copy. A heading's id is the same in every
// language, so a part counts for more.
func (c Copy) common(p page.Page) (n int) {
	hashes, ids := map[string]bool{}, map[string]bool{}
	for _, s := range c.Sections {
		if s.ID != "" {
			ids[s.ID] = true
		}
		for _, part := range s.Parts {
			hashes[part.Hash] = true
		}
	}
	for _, s := range p.Sections {
		if ids[s.ID] {
			n++
		}
		for _, part := range s.Parts {
			if hashes[Hash(part.Text)] {
				n += 2
			}
		}
	}
	return n
}
