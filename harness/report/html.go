package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

//go:embed html
var pageFiles embed.FS

var pageTemplate = template.Must(template.New("page.html.tmpl").ParseFS(pageFiles, "html/*.tmpl"))

// HTML writes a single page that loads nothing else. The summary, the findings and the matrix
// are text, for print and for readers without JavaScript; the results with their evidence are
// data that the page's script displays on demand.
//
// It has a view of what has changed since an earlier run, unless changes is nil.
func HTML(w io.Writer, r results.Results, claims []harness.Claim, changes *results.Diff) error {
	p, err := newPage(survey(r, claims))
	if err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	if changes != nil {
		p.Changes = newPageChanges(*changes)
	}
	// In memory first: a template that fails half-way must not leave half a page.
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	if _, err := io.WriteString(w, visible(b.String())); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	return nil
}

// The page as its template sees it. Text is raw: the template escapes it.
type (
	page struct {
		Run              results.Run
		Started          string
		Red              bool
		Settled, Counted string
		Summary          string // of the findings, in a sentence
		Legend           []string
		Tally            []pageTally
		Findings         []pageSeverity
		Phases           []phase
		Unproven         string // how many cases are
		Audit            Audit
		Remarks          []remark
		Unexpected       []pageResult // the first of the results that make the run red
		UnexpectedMore   int          // how many more there are
		Stale            []string
		Versions         []pageVersion
		Topologies       []string
		Clients          []harness.Client
		Claims           []harness.Claim
		Silent           []string
		Matrix           pageMatrix
		Changes          *pageChanges
		Data, Evidence   template.JS // JSON
		assets
	}
	pageTally struct {
		Kind, Mark, Words string
		Count             int
		Href              template.URL
	}
	pageVersion struct {
		Name                                  string
		Href                                  template.URL
		Servers                               []pageServer
		Topologies                            int
		Clients                               []harness.Client
		Confirmed, Known, Unexpected, Outside int
	}
	pageServer struct{ ServerVersion, Digest, Provider string }
)

// Judged is how many results have a verdict.
func (p page) Judged() int { return p.Tally[0].Count }

// Refutations is how many findings the page shows.
func (p page) Refutations() int {
	n := 0
	for _, h := range p.Findings {
		n += len(h.Findings)
	}
	return n
}

// EvidenceOf leads to the results behind a row of the view by requirement.
func (p page) EvidenceOf(c AuditClaim) template.URL {
	return link("results", "claim", c.Claim, "version", c.Version)
}

// assets are the page's own style and scripts. The page's policy names them by
// their hashes, so that nothing else runs, whatever a server has answered.
type assets struct {
	Style        template.CSS
	Early, Main  template.JS
	StyleHash    string
	ScriptHashes string
}

var scripts = []string{"data.js", "state.js", "filter.js", "matrix.js", "results.js", "facts.js", "evidence.js", "main.js"}

var pageAssets = func() assets {
	var main strings.Builder
	main.WriteString("(() => {\n'use strict';\n")
	for _, name := range scripts {
		main.WriteString(asset(name))
	}
	main.WriteString("})();\n")
	a := assets{Style: template.CSS(asset("screen.css") + asset("print.css")), Early: template.JS(asset("early.js")), Main: template.JS(main.String())}
	a.StyleHash = hashed(string(a.Style))
	a.ScriptHashes = hashed(string(a.Early)) + " " + hashed(string(a.Main))
	return a
}()

func asset(name string) string {
	text, err := pageFiles.ReadFile("html/" + name)
	if err != nil {
		panic(err) // embedded: it cannot be missing
	}
	return string(text)
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// link leads to a view of the page, narrowed by pairs of a filter's name and
// its value. state.js reads it.
func link(view string, pairs ...string) template.URL {
	var b strings.Builder
	b.WriteString("#" + view)
	for i := 0; i+1 < len(pairs); i += 2 {
		b.WriteString(map[bool]string{true: "?", false: "&"}[i == 0])
		b.WriteString(pairs[i] + "=" + url.QueryEscape(pairs[i+1]))
	}
	return template.URL(b.String())
}
