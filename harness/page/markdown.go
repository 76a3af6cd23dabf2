package page

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
)

// blankFrontMatter empties the lines between two lines of dashes at the top,
// so that the lines after them keep their numbers.
func blankFrontMatter(source string) string {
	rest, found := strings.CutPrefix(source, "---\n")
	if !found {
		return source
	}
	end := strings.Index("\n"+rest, "\n---\n")
	if end < 0 {
		return source
	}
	return strings.Repeat("\n", 2+strings.Count(rest[:end], "\n")) + rest[min(len(rest), end+len("---\n")):]
}

var (
	preformatted = regexp.MustCompile(`(?is)<pre[\s>].*?</pre\s*>`)
	markdownSign = regexp.MustCompile("(?m)^ {0,3}(?:```|~~~|#{1,6}[ \t])")
	htmlSign     = regexp.MustCompile(`(?i)<(?:h[1-6]|pre)[\s>]`)
)

// isHTML reports whether a page is HTML throughout. As Markdown, a blank line within a <pre>
// would end its HTML block.
func isHTML(source string) bool {
	return htmlSign.MatchString(source) && !markdownSign.MatchString(preformatted.ReplaceAllString(source, ""))
}

// markdown renders Markdown to HTML, with HTML blocks passed through and the
// line of each code block in an attribute.
func markdown(source string) (string, error) {
	text := []byte(source)
	md := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithAttribute()),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(blocks{text}, 1))),
	)
	var out bytes.Buffer
	if err := md.Convert(text, &out); err != nil {
		return "", fmt.Errorf("is no Markdown that can be read: %w", err)
	}
	return out.String(), nil
}

// blocks renders the nodes that need more than goldmark gives.
type blocks struct{ source []byte }

// RegisterFuncs registers them.
func (b blocks) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, b.code)
	r.Register(ast.KindCodeBlock, b.code)
	r.Register(ast.KindHTMLBlock, b.html)
	r.Register(ast.KindRawHTML, b.inline)
}

func (b blocks) code(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	lang := ""
	if fenced, is := n.(*ast.FencedCodeBlock); is {
		lang = string(fenced.Language(b.source))
	}
	_, _ = fmt.Fprintf(w, "<pre %s=\"%d\"><code class=\"language-%s\">", lineAttribute, b.line(n), html.EscapeString(lang))
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		_, _ = w.WriteString(html.EscapeString(string(line.Value(b.source))))
	}
	_, _ = w.WriteString("</code></pre>\n")
	return ast.WalkSkipChildren, nil
}

func (b blocks) html(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	var raw strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		raw.Write(line.Value(b.source))
	}
	if block := n.(*ast.HTMLBlock); block.HasClosure() {
		raw.Write(block.ClosureLine.Value(b.source))
	}
	_, _ = w.WriteString(lined(raw.String(), b.line(n)))
	return ast.WalkContinue, nil
}

func (b blocks) inline(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		segments := n.(*ast.RawHTML).Segments
		for i := range segments.Len() {
			segment := segments.At(i)
			_, _ = w.WriteString(lined(string(segment.Value(b.source)), b.lineAt(segment.Start)))
		}
	}
	return ast.WalkSkipChildren, nil
}

func (b blocks) line(n ast.Node) int {
	if n.Lines().Len() == 0 {
		return 0
	}
	return b.lineAt(n.Lines().At(0).Start)
}

func (b blocks) lineAt(offset int) int { return 1 + bytes.Count(b.source[:offset], []byte("\n")) }

// lineAttribute is the random name of the attribute with the line of a <pre>, so that no page
// can set it.
var lineAttribute = "data-line-" + strings.ToLower(rand.Text())

// lined puts the line of each <pre> into an attribute of it.
func lined(markup string, first int) string {
	var out strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(markup))
	for {
		kind := tokens.Next()
		raw := string(tokens.Raw())
		if kind == html.StartTagToken {
			if name, _ := tokens.TagName(); string(name) == "pre" {
				fmt.Fprintf(&out, "%s %s=\"%d\"%s", raw[:4], lineAttribute, first, raw[4:])
				first += strings.Count(raw, "\n")
				continue
			}
		}
		out.WriteString(raw)
		if kind == html.ErrorToken {
			return out.String()
		}
		first += strings.Count(raw, "\n")
	}
}
