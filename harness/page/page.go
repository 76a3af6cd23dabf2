// Package page reads a copy of a documentation page: Markdown with fences, or
// HTML blocks inside Markdown, in any language. What it gives is what a reader
// sees and copies, in order: headings, paragraphs, list items, code blocks.
package page

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"time"
	"unicode/utf8"
)

// MaxBytes bounds a page. The longest copy that is known has 35 kB.
const MaxBytes = 512 << 10

// maxLine bounds a line, in bytes, and readingBound the reading: Markdown can
// be written to be slow, by nesting a hundred thousand quotations in a line.
const (
	maxLine      = 16 << 10
	readingBound = 10 * time.Second
)

// A Page is what a copy of a page holds, in order.
type Page struct {
	Sections []Section
}

// A Section is a heading with its parts, up to the next heading of any level. Parts before the
// first heading are a section of level 0.
type Section struct {
	Level int    // 1 to 6
	ID    string // the heading's HTML id; where the copy has none, the one that the site derives from the title
	Title string
	Path  []string // titles from the outermost heading down to this one
	Parts []Part
}

// Kind is what a part of a section is.
type Kind string

// The kinds of parts.
const (
	Paragraph Kind = "paragraph"
	Item      Kind = "item" // a list item's own text
	Code      Kind = "code"
)

// A Part is a paragraph, a list item or a code block.
type Part struct {
	Kind  Kind
	Text  string   // of a code block exactly what a reader copies
	Lang  string   // of a code block, where given
	Marks []string // text in code font within a paragraph
	Line  int      // of a code block: the line of the file where it begins; 0 where that is not known
}

// Blocks counts the code blocks.
func (p Page) Blocks() (n int) {
	for _, s := range p.Sections {
		for _, part := range s.Parts {
			if part.Kind == Code {
				n++
			}
		}
	}
	return n
}

// Read reads the copy at path. Its errors are one line, with what to do.
func Read(path string) (Page, error) {
	text, err := Source(path)
	if err != nil {
		return Page{}, err
	}
	p, err := Parse(text)
	if err != nil {
		return Page{}, fmt.Errorf("read page: %s %w", path, err)
	}
	return p, nil
}

// Source returns the text of the file at path. What is no text that a page can
// have is an error in one line.
func Source(path string) ([]byte, error) {
	info, err := os.Stat(path)
	var missing *os.PathError
	switch {
	case errors.As(err, &missing):
		return nil, fmt.Errorf("read page: %s: %w", path, missing.Err)
	case err != nil:
		return nil, fmt.Errorf("read page: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("read page: %s is no file: name the page's source, such as tls.md", path)
	case info.Size() > MaxBytes:
		return nil, fmt.Errorf("read page: %s has %d bytes, and a page has at most %d: is this the page's source?", path, info.Size(), MaxBytes)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	text = normalized(text)
	if err := readable(text); err != nil {
		return nil, fmt.Errorf("read page: %s %w", path, err)
	}
	return text, nil
}

// normalized ends lines as Unix does: some editors end them as DOS, or as old Macs.
func normalized(text []byte) []byte {
	text = bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
}

// ErrNoBlocks reports a page without a code block. The page is returned with it.
var ErrNoBlocks = errors.New("has no code block, neither fenced nor <pre>: text copied from a browser has lost them, take the page's source")

// Parse reads a copy of a page. A text that is no page is an error which goes
// on after the file's name.
func Parse(text []byte) (Page, error) {
	if err := readable(text); err != nil {
		return Page{}, err
	}
	// A parser that exceeds the bound runs on until the process ends: it cannot be stopped.
	type read struct {
		page Page
		err  error
	}
	done := make(chan read, 1)
	go func() {
		p, err := parse(text)
		done <- read{p, err}
	}()
	late := time.NewTimer(readingBound)
	defer late.Stop()
	select {
	case r := <-done:
		return r.page, r.err
	case <-late.C:
		return Page{}, fmt.Errorf("cannot be read within %s: it nests more than any page does", readingBound)
	}
}

func parse(text []byte) (Page, error) {
	source := blankFrontMatter(string(normalized(text)))
	var markup string
	if isHTML(source) {
		markup = lined(source, 1)
	} else {
		var err error
		if markup, err = markdown(source); err != nil {
			return Page{}, err
		}
	}
	p, err := walk(markup)
	if err != nil {
		return Page{}, err
	}
	if p.Blocks() == 0 {
		return p, ErrNoBlocks
	}
	return p, nil
}

// maxSentence is how long a text on one line may be and still have nothing lost: in bytes.
const maxSentence = 300

// readable reports what a page cannot be read for.
func readable(text []byte) error {
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return errors.New("is empty")
	case len(text) > MaxBytes:
		return fmt.Errorf("has %d bytes, and a page has at most %d", len(text), MaxBytes)
	case bytes.IndexByte(text, 0) >= 0:
		return errors.New("is a binary file: name the page's source, such as tls.md")
	case len(text) > maxSentence && !bytes.ContainsAny(bytes.TrimSpace(text), "\r\n"):
		return errors.New("has no line breaks, and a page's code is lines: copy the page again with them")
	}
	n := 0
	for line := range bytes.Lines(text) {
		if n++; len(line) > maxLine {
			return fmt.Errorf("has %d bytes on line %d, and a page's line has at most %d: is this the page's source?", len(line), n, maxLine)
		}
	}
	if !utf8.Valid(text) {
		at := 0
		for rest := text; len(rest) > 0; {
			r, size := utf8.DecodeRune(rest)
			if r == utf8.RuneError && size == 1 {
				break
			}
			at, rest = at+size, rest[size:]
		}
		return fmt.Errorf("is not UTF-8: line %d has the byte 0x%02x: convert it (iconv -t UTF-8)", 1+bytes.Count(text[:at], []byte("\n")), text[at])
	}
	return nil
}
