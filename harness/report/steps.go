package report

import (
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// phase is a part of an upgrade, with what its findings ask an operator to do in it.
type phase struct {
	Title string
	Steps []step
}

// step is one thing to do, and the findings that ask for it.
type step struct {
	Number      int // over all phases
	Remediation string
	Severity    harness.Severity
	New         bool
	Why         []pageFinding
}

var phaseTitles = []string{"Before the old release is stopped", "Certificates", "Configuration and manifests", "Between components", "Clients", "Server and network"}

func phaseOf(c harness.Claim) int {
	if strings.HasPrefix(c.ID, "upgrade-") {
		return 0
	}
	switch c.Chapter {
	case harness.ChapterCertificates:
		return 1
	case harness.ChapterServer, harness.ChapterDeployment:
		return 2
	case harness.ChapterInternal:
		return 3
	case harness.ChapterClients:
		return 4
	case harness.ChapterBeyond:
	}
	return 5
}

// phases puts what the findings ask for in order: by phase, and worst first in each.
func (o overview) phases(found []pageSeverity) []phase {
	all := make([]phase, len(phaseTitles))
	for _, s := range found {
		for _, f := range s.Findings {
			i := slices.IndexFunc(o.claims, func(c harness.Claim) bool { return c.ID == f.Claim })
			all[phaseOf(o.claims[i])].add(f)
		}
	}
	n := 0
	for i := range all {
		all[i].Title = phaseTitles[i]
		for j := range all[i].Steps {
			n++
			all[i].Steps[j].Number = n
		}
	}
	return slices.DeleteFunc(all, func(p phase) bool { return len(p.Steps) == 0 })
}

func (p *phase) add(f pageFinding) {
	i := slices.IndexFunc(p.Steps, func(s step) bool { return s.Remediation == f.Remediation })
	if i < 0 {
		i = len(p.Steps)
		p.Steps = append(p.Steps, step{Remediation: f.Remediation, Severity: f.Severity})
	}
	p.Steps[i].Why = append(p.Steps[i].Why, f)
	p.Steps[i].New = p.Steps[i].New || f.New > 0
}
