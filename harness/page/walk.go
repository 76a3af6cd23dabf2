package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// walk gathers what a reader sees of a document. It fails where elements nest
// deeper than any page's do.
func walk(markup string) (Page, error) {
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		return Page{}, fmt.Errorf("is no HTML that can be read: %w", err)
	}
	w := &walker{}
	w.visit(root, false)
	w.flush(false)
	return w.page, nil
}

// A walker gathers inline text until a block begins or ends.
type walker struct {
	page  Page
	text  strings.Builder
	marks []string
}

// unread are elements whose text is not the page's: the button that copies a
// block, the icon of an anchor, what no browser shows.
var unread = map[atom.Atom]bool{
	atom.Button: true, atom.Script: true, atom.Style: true, atom.Svg: true, atom.Template: true, atom.Noscript: true, atom.Head: true,
}

// inline are the elements that do not end a paragraph.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Br: true, atom.Cite: true, atom.Code: true,
	atom.Del: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Img: true, atom.Ins: true, atom.Kbd: true, atom.Mark: true,
	atom.Q: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strong: true, atom.Sub: true, atom.Sup: true,
	atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

var headings = map[atom.Atom]int{atom.H1: 1, atom.H2: 2, atom.H3: 3, atom.H4: 4, atom.H5: 5, atom.H6: 6}

func (w *walker) visit(n *html.Node, item bool) {
	switch {
	case n.Type == html.TextNode:
		w.text.WriteString(n.Data)
		return
	case n.Type == html.ElementNode && unread[n.DataAtom]:
		return
	case n.Type == html.ElementNode && n.DataAtom == atom.Pre:
		w.flush(item)
		w.add(codeOf(n))
		return
	case n.Type == html.ElementNode && headings[n.DataAtom] > 0:
		w.flush(item)
		w.begin(n)
		return
	case n.Type == html.ElementNode && n.DataAtom == atom.Code:
		if mark := strings.TrimSpace(plain(n)); mark != "" {
			w.marks = append(w.marks, mark)
		}
	}
	block := n.Type == html.ElementNode && !inline[n.DataAtom]
	if block {
		w.flush(item)
	}
	if n.DataAtom == atom.Br {
		w.text.WriteString("\n")
	}
	inside := item && n.DataAtom != atom.P || n.DataAtom == atom.Li
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.visit(c, inside)
	}
	if block {
		w.flush(inside)
	}
}

// flush ends a paragraph.
func (w *walker) flush(item bool) {
	text := strings.Join(strings.Fields(w.text.String()), " ")
	part := Part{Kind: Paragraph, Text: text, Marks: w.marks}
	w.text.Reset()
	w.marks = nil
	if item {
		part.Kind = Item
	}
	if text != "" {
		w.add(part)
	}
}

func (w *walker) add(p Part) {
	if len(w.page.Sections) == 0 {
		w.page.Sections = []Section{{}}
	}
	last := &w.page.Sections[len(w.page.Sections)-1]
	last.Parts = append(last.Parts, p)
}

// begin starts a section. Its path is that of the nearest earlier section of a
// lower level, and its own title.
func (w *walker) begin(n *html.Node) {
	s := Section{Level: headings[n.DataAtom], ID: attribute(n, "id"), Title: strings.Join(strings.Fields(plain(n)), " ")}
	if s.ID == "" {
		s.ID = anchor(s.Title)
	}
	for _, outer := range slices.Backward(w.page.Sections) {
		if outer.Level > 0 && outer.Level < s.Level {
			s.Path = slices.Clone(outer.Path)
			break
		}
	}
	s.Path = append(s.Path, s.Title)
	w.page.Sections = append(w.page.Sections, s)
}

// anchor is the id that the site gives to a heading without one: its letters and
// digits, and a dash for each white space.
func anchor(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return r
		}
		return -1
	}, title)
}

func codeOf(n *html.Node) Part {
	p := Part{Kind: Code, Text: plain(n), Lang: language(n)}
	p.Line, _ = strconv.Atoi(attribute(n, lineAttribute))
	return p
}

// language is the language in a class of the element, or of one within it.
func language(n *html.Node) string {
	for _, class := range strings.Fields(attribute(n, "class")) {
		for _, prefix := range []string{"language-", "lang-"} {
			if lang, is := strings.CutPrefix(class, prefix); is && lang != "" {
				return strings.ToLower(lang)
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		// The highlighter's own spans may name the languages that they are nested in.
		if c.Type == html.ElementNode && c.DataAtom == atom.Code {
			if lang := language(c); lang != "" {
				return lang
			}
		}
	}
	return ""
}

func plain(n *html.Node) string {
	var out strings.Builder
	var add func(*html.Node)
	add = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			out.WriteString(n.Data)
		case n.Type == html.ElementNode && unread[n.DataAtom]:
		case n.DataAtom == atom.Br:
			out.WriteString("\n")
		default:
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				add(c)
			}
		}
	}
	add(n)
	return out.String()
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
