package report

import (
	"bytes"
	_ "embed" // for the template
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

//go:embed report.html.tmpl
var pageSource string

var pageTemplate = template.Must(template.New("report.html").Parse(pageSource))

// HTML writes one page that needs nothing beside it: no network, no script. It
// links each square of the matrices to the results behind it, with the
// evidence: all of it where a claim is not confirmed, and otherwise the proof
// alone (alert, control, log line, what was negotiated), so that a page about
// thousands of results still opens at once.
func HTML(w io.Writer, r harness.Results, claims []harness.Claim) error {
	p, err := newPage(survey(r, claims))
	if err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	// In memory first: a template that fails half-way must not leave half a page.
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	return nil
}

// The page as its template sees it. Text is raw: the template escapes it.
type (
	page struct {
		Run              harness.Run
		Started          string
		Red              bool
		Settled, Counted string
		HarmLegend       string // empty where there are no findings
		Findings         []finding
		Remarks          []remark
		Stale            []string
		Legend           []pageMark
		Versions         []pageVersion
		Silent           []string
	}
	pageMark    struct{ Mark, Words, Kind string }
	pageVersion struct {
		Name, ID   string
		Servers    []pageServer
		Topologies []string
		Claims     []pageClaim
	}
	pageServer struct{ Reported, Digest, Provider string }
	pageClaim  struct {
		harness.Claim
		Anchor  string // of the claim's own section
		Squares []pageSquare
		Outside []pageOutside // where the whole claim does not apply
	}
	pageSquare struct {
		Topology, Anchor, Kind, Text, Words string
		Results                             []pageResult // empty: there is no section for this square
	}
	pageOutside struct{ Reason, Topologies string }
	pageResult  struct {
		harness.Result
		Mark, Words, Kind string
		Facts             string // as JSON; empty where the claim is confirmed
	}
)

func newPage(o overview) (page, error) {
	p := page{
		Run: o.results.Run, Started: o.results.Run.Started.UTC().Format("2006-01-02 15:04:05 MST"),
		Red: o.results.Red(), Settled: settled(o.results), Counted: counted(o.results) + " " + took(o.results.Run),
		Findings: o.findings(), Remarks: remarks(o.results.Results), Stale: o.results.Stale, Silent: o.silent,
	}
	if len(p.Findings) > 0 {
		p.HarmLegend = harmLegend
	}
	for st := notApplicable; st < standingEnd; st++ {
		p.Legend = append(p.Legend, pageMark{marks[st], standingWords[st], st.kind()})
	}
	for _, version := range o.versions {
		v := pageVersion{Name: version, ID: anchor(version), Servers: o.servers(version), Topologies: o.columns(version)}
		for _, c := range o.claims {
			claim, err := o.pageClaim(c, version, v.Topologies)
			if err != nil {
				return page{}, err
			}
			v.Claims = append(v.Claims, claim)
		}
		p.Versions = append(p.Versions, v)
	}
	return p, nil
}

// servers gives the servers that a version's results came from: one, unless
// runs were merged.
func (o overview) servers(version string) []pageServer {
	var all []pageServer
	for _, r := range o.results.Results {
		s := pageServer{r.Reported, r.Digest, r.Provider}
		if r.Version == version && s != (pageServer{}) && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

func (o overview) pageClaim(c harness.Claim, version string, topologies []string) (pageClaim, error) {
	claim := pageClaim{Claim: c, Anchor: anchor(version, c.ID)}
	for _, topology := range topologies {
		s := o.square(version, topology, c.ID)
		square := pageSquare{
			Topology: topology, Anchor: anchor(version, topology, c.ID),
			Kind: s.worst().kind(), Text: s.full(), Words: s.words(),
		}
		for _, r := range s.results {
			if r.Case == harness.AllCases && r.Verdict == harness.NotApplicable {
				claim.outside(r.Reason, topology)
				square.Anchor = claim.Anchor
				continue
			}
			result, err := newPageResult(r)
			if err != nil {
				return pageClaim{}, err
			}
			square.Results = append(square.Results, result)
		}
		claim.Squares = append(claim.Squares, square)
	}
	return claim, nil
}

// outside adds a topology to those that one reason keeps the claim from.
func (c *pageClaim) outside(reason, topology string) {
	for i := range c.Outside {
		if c.Outside[i].Reason == reason {
			c.Outside[i].Topologies += ", " + topology
			return
		}
	}
	c.Outside = append(c.Outside, pageOutside{reason, topology})
}

func newPageResult(r harness.Result) (pageResult, error) {
	st := standingOf(r)
	p := pageResult{Result: r, Mark: marks[st], Words: standingWords[st], Kind: st.kind()}
	if r.Evidence == nil {
		return p, nil
	}
	if r.Verdict == harness.Confirmed {
		e := *r.Evidence
		e.Transcript, e.Facts = nil, nil
		p.Evidence = &e
		return p, nil
	}
	if r.Evidence.Facts == nil {
		return p, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the template escapes, once
	enc.SetIndent("", "  ")
	if err := enc.Encode(r.Evidence.Facts); err != nil {
		return pageResult{}, fmt.Errorf("encode evidence of %s %s/%s: %w", r.Cell(), r.Claim, r.Case, err)
	}
	p.Facts = strings.TrimSpace(b.String())
	return p, nil
}

// anchor makes an element's id of names; links into a report keep working from
// one run to the next.
func anchor(names ...string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, "at_"+strings.Join(names, "_"))
}
