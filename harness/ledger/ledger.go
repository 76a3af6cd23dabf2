// Package ledger keeps, for each copy of the page, which of its paragraphs and
// code blocks each claim comes from, and finds what has changed since. It keeps
// hashes and no text of a page.
package ledger

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness/page"
)

// A Ledger is what fixtures/ledger.yaml holds.
type Ledger struct {
	Copies   []Copy    `yaml:"copies"`
	Excerpts []Excerpt `yaml:"excerpts"` // what other pages claim about TLS
	Waived   []Waiver  `yaml:"waived"`   // claims that no case judges
}

// A Copy is the page of one or more release lines in one language, in its own order.
type Copy struct {
	Lines    []string  `yaml:"lines,flow"`        // release lines: "2.5"
	Language string    `yaml:"language"`          // "en", "fr", "zh"
	Edition  string    `yaml:"edition,omitempty"` // set where the page of these lines was published otherwise before: "first"
	Sections []Section `yaml:"sections"`
}

// Name identifies the copy.
func (c Copy) Name() string {
	name := strings.Join(c.Lines, " and ") + " " + c.Language
	if c.Edition != "" {
		name += " (" + c.Edition + " edition)"
	}
	return name
}

// A Section is known by its heading's id, or by its title's hash.
type Section struct {
	Name  string `yaml:"section"`         // in our own words, in English
	ID    string `yaml:"id,omitempty"`    // the heading's anchor
	Level int    `yaml:"level"`           // of the heading; 0 for parts before the first
	Title string `yaml:"title,omitempty"` // hash of the title
	Parts []Part `yaml:"parts"`
}

// A Part is one paragraph, list item or code block.
type Part struct {
	Kind   page.Kind `yaml:"kind"`
	Hash   string    `yaml:"sha256"`
	Claims []string  `yaml:"claims,omitempty,flow"`
}

// MarshalYAML writes a part on one line.
func (p Part) MarshalYAML() (any, error) {
	type plain Part
	var n yaml.Node
	if err := n.Encode(plain(p)); err != nil {
		return nil, err
	}
	n.Style = yaml.FlowStyle
	return &n, nil
}

// An Excerpt is what a page other than the one about TLS claims about it.
type Excerpt struct {
	Page       string      `yaml:"page"` // its file in the documentation's sources
	Lines      []string    `yaml:"lines,flow"`
	Language   string      `yaml:"language"`
	Statements []Statement `yaml:"statements"`
}

// A Statement is one paragraph or list item of an excerpt.
type Statement struct {
	About  string    `yaml:"about"` // its statement, in our own words
	Kind   page.Kind `yaml:"kind"`
	Hash   string    `yaml:"sha256"`
	Claims []string  `yaml:"claims,flow"`
}

// heading is the kind of a heading in a list of parts.
const heading page.Kind = "heading"

// A Waiver is the reason why a claim is not judged.
type Waiver struct {
	Claim  string `yaml:"claim"`
	Reason string `yaml:"reason"`
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

// Claims names the claims of an excerpt, each once, sorted.
func (e Excerpt) Claims() (ids []string) {
	for _, s := range e.Statements {
		ids = append(ids, s.Claims...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (c Copy) size() (n int) {
	for _, s := range c.Sections {
		n += len(s.Parts)
	}
	return n
}
