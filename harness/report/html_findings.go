package report

import (
	"fmt"
	"html/template"
	"strings"

	"milvus-tls-e2e/harness"
)

type pageSeverity struct {
	Severity harness.Severity
	Means    string
	Findings []pageFinding
}

type pageFinding struct {
	finding
	ID string // of its place on the page
	On []pageRelease
}

type pageRelease struct {
	findingOn
	Shown pageResult
	Href  template.URL
}

func (o overview) bySeverity() []pageSeverity {
	var all []pageSeverity
	taken := map[string]int{}
	for _, f := range o.findings() {
		if len(all) == 0 || all[len(all)-1].Severity != f.Severity {
			all = append(all, pageSeverity{Severity: f.Severity, Means: severityMeans[f.Severity]})
		}
		p := pageFinding{finding: f, ID: "finding-" + f.Claim}
		if taken[f.Claim]++; taken[f.Claim] > 1 {
			p.ID += fmt.Sprintf("-%d", taken[f.Claim])
		}
		for _, on := range f.On {
			shown := newPageResult(on.First)
			shown.Configured = o.results.Configured[on.First.Topology]
			p.On = append(p.On, pageRelease{findingOn: on, Shown: shown,
				Href: link("results", "claim", f.Claim, "version", on.Version, "verdict", "any-refuted")})
		}
		last := &all[len(all)-1]
		last.Findings = append(last.Findings, p)
	}
	return all
}

// List names the topologies in which the release showed the finding.
func (r pageRelease) List() string { return strings.Join(r.Topologies, ", ") }
