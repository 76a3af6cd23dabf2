package report

import (
	"html/template"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// pageHarm is a severity with the claims whose refutation is that bad.
type pageSeverity struct {
	Severity harness.Severity
	Claims   []pageFinding
}

// pageFinding is a refuted claim on all releases that refuted it.
type pageFinding struct {
	Claim, Statement, Remediation, Known string
	Status                               string // "known", "NEW", or where it is news
	New                                  bool
	Releases                             string
	On                                   []pageRelease
}

// pageRelease is a finding on one release.
type pageRelease struct {
	finding
	Shown pageResult
	Href  template.URL
}

// bySeverity gives the findings, worst first, one entry for each claim.
func (o overview) bySeverity() []pageSeverity {
	var all []pageSeverity
	for _, f := range o.findings() {
		if len(all) == 0 || all[len(all)-1].Severity != f.Severity {
			all = append(all, pageSeverity{Severity: f.Severity})
		}
		h := &all[len(all)-1]
		i := slices.IndexFunc(h.Claims, func(c pageFinding) bool { return c.Claim == f.Claim })
		if i < 0 {
			i = len(h.Claims)
			h.Claims = append(h.Claims, pageFinding{Claim: f.Claim, Statement: f.Statement, Remediation: f.Remediation})
		}
		shown := newPageResult(f.First)
		shown.Configured = o.results.Configured[f.First.Topology]
		h.Claims[i].add(pageRelease{finding: f, Shown: shown, Href: link("results", "claim", f.Claim, "version", f.Version, "verdict", "any-refuted")})
	}
	return all
}

func (c *pageFinding) add(r pageRelease) {
	c.On = append(c.On, r)
	var releases, news, known []string
	for _, on := range c.On {
		releases = append(releases, on.Version)
		if on.New > 0 {
			news = append(news, on.Version)
		}
		if on.Known != "" && !slices.Contains(known, on.Known) {
			known = append(known, on.Known)
		}
	}
	c.Releases, c.Known, c.New = strings.Join(releases, ", "), strings.Join(known, "; "), len(news) > 0
	switch {
	case len(news) == 0:
		c.Status = "known"
	case len(news) == len(c.On):
		c.Status = "NEW"
	default:
		c.Status = "NEW on " + strings.Join(news, ", ")
	}
}

// List names the topologies in which the release refuted the claim.
func (r pageRelease) List() string { return strings.Join(r.Topologies, ", ") }
