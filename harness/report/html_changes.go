package report

import (
	"fmt"
	"html/template"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

const maxChanges = 400

type pageChanges struct {
	Base, New results.Side
	Across    bool
	Trends    []pageTrend
	Claims    []pageChangedClaim
	Stayed    int
	Changed   int // how many cases are not as they were
	More      int // how many changes are not spelled out
}

type (
	pageTrend struct {
		Mark  string
		Trend results.Trend
		Words string
		Count int
	}
	pageChangedClaim struct {
		Claim    string
		Severity harness.Severity
		Href     template.URL
		Changes  []pageChange
	}
	// pageChange is one change in all cells that show the same one.
	pageChange struct {
		Trend     results.Trend
		Mark      string
		Case      string
		Cells     []string
		Base, New *pageResult // nil where the run does not have the case
	}
)

var trendMarks = map[results.Trend]string{results.Worse: "▼", results.Better: "▲", results.Shifted: "◆", results.Appeared: "+", results.Gone: "−"}

var trendTold = map[results.Trend]string{
	results.Worse: "stand worse than they did", results.Better: "stand better than they did",
	results.Shifted: "have the same verdict on other evidence", results.Appeared: "are judged only now", results.Gone: "are no longer judged",
}

func newPageChanges(d results.Diff) *pageChanges {
	c := &pageChanges{Base: d.Base, New: d.New, Across: d.Across, Stayed: d.Stayed}
	counts := d.Count()
	for _, trend := range results.Trends {
		c.Trends = append(c.Trends, pageTrend{trendMarks[trend], trend, trendTold[trend], counts[trend]})
		c.Changed += counts[trend]
	}
	spelled := 0
	for _, claim := range d.Claims {
		p := pageChangedClaim{Claim: claim.Claim, Severity: claim.Severity, Href: link("results", "claim", claim.Claim)}
		at := map[string]int{}
		for _, x := range claim.Changes {
			change := newPageChange(x, d.Across)
			i, known := at[change.key()]
			switch {
			case known:
				p.Changes[i].Cells = append(p.Changes[i].Cells, change.Cells...)
			case spelled == maxChanges:
				c.More++
			default:
				spelled++
				at[change.key()] = len(p.Changes)
				p.Changes = append(p.Changes, change)
			}
		}
		if len(p.Changes) > 0 {
			c.Claims = append(c.Claims, p)
		}
	}
	return c
}

func newPageChange(x results.CaseDiff, across bool) pageChange {
	p := pageChange{Trend: x.Trend, Mark: trendMarks[x.Trend]}
	for _, side := range []struct {
		from *results.Result
		to   **pageResult
	}{{x.Base, &p.Base}, {x.New, &p.New}} {
		if side.from != nil {
			shown := newPageResult(*side.from)
			*side.to = &shown
		}
	}
	r := x.New
	if x.Trend == results.Gone || r == nil {
		r = x.Base
	}
	p.Case, p.Cells = r.Case, []string{r.Cell().String()}
	if across {
		p.Cells = []string{r.Topology}
	}
	return p
}

// key is the same for changes that differ in their cell alone.
func (c pageChange) key() string {
	key := fmt.Sprintf("%s\x00%s", c.Trend, c.Case)
	for _, r := range []*pageResult{c.Base, c.New} {
		if r != nil {
			key += fmt.Sprintf("\x00%s\x00%s", r.Kind, r.Reason)
		}
	}
	return key
}
