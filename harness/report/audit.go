package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
	"milvus-tls-e2e/harness/results"
)

const auditNotice = "This is evidence from tests of the releases named here, on servers that the tests started or were pointed at. " +
	"It is not a certificate of compliance, and says nothing about other releases, other settings or how your organisation works."

// Audit is a run by requirement: what security standards require, which claims are evidence for
// it, and what was not tested.
type Audit struct {
	Schema       int                `json:"schema"`
	Notice       string             `json:"notice"`
	Date         time.Time          `json:"date"`    // when the run started
	Harness      string             `json:"harness"` // its revision
	Requirements []AuditRequirement `json:"requirements"`
}

// AuditRequirement is a requirement with the claims that are evidence for it.
type AuditRequirement struct {
	requirements.Text
	Claims []AuditClaim `json:"claims"`
	// Missing are claims that would be evidence and of which this run judged nothing.
	Missing []string `json:"not_judged"`
}

// AuditClaim is what a run showed of a claim on a release.
type AuditClaim struct {
	Claim         string  `json:"claim"`
	Statement     string  `json:"statement"`
	Version       string  `json:"version"`
	ServerVersion string  `json:"server_version"`
	Digest        string  `json:"digest"`
	Verdict       string  `json:"verdict"` // the worst of its cases
	Confirmed     int     `json:"confirmed"`
	Refuted       int     `json:"refuted"`
	Inconclusive  int     `json:"inconclusive"`
	NotJudged     int     `json:"not_judged"` // cases that do not apply or were not judged
	Evidence      string  `json:"evidence"`   // of one case with that verdict, in a sentence
	Case          string  `json:"case"`       // its name and topology
	Reproduce     string  `json:"reproduce"`
	Status        status  `json:"-"`
	Finding       string  `json:"finding,omitempty"`
	Severity      *string `json:"severity,omitempty"`
}

// auditSchema is the version of audit.json's form.
const auditSchema = 1

func (o overview) audit() Audit {
	run := o.results.Run
	a := Audit{Schema: auditSchema, Notice: auditNotice, Date: run.Started, Harness: run.Revision}
	for _, text := range requirements.All {
		r := AuditRequirement{Text: text, Claims: []AuditClaim{}, Missing: []string{}}
		for _, c := range o.all {
			if !asksFor(c, text.Key) {
				continue
			}
			before := len(r.Claims)
			for _, version := range o.versions {
				if o.askedOn(version, c.ID) {
					r.Claims = append(r.Claims, o.auditClaim(version, c))
				}
			}
			if len(r.Claims) == before {
				r.Missing = append(r.Missing, c.ID)
			}
		}
		a.Requirements = append(a.Requirements, r)
	}
	return a
}

func asksFor(c harness.Claim, key harness.Requirement) bool {
	for _, r := range c.Requirements {
		if r == key {
			return true
		}
	}
	return false
}

func (o overview) auditClaim(version string, c harness.Claim) AuditClaim {
	a := AuditClaim{Claim: c.ID, Statement: c.Statement, Version: version}
	for _, topology := range o.topologies {
		for _, r := range o.square(version, topology, c.ID).results {
			switch r.Verdict {
			case harness.Confirmed:
				a.Confirmed++
			case harness.Refuted:
				a.Refuted++
			case harness.Inconclusive:
				a.Inconclusive++
			case harness.NotApplicable, harness.Unjudged:
				a.NotJudged++
			}
			if st := statusOf(r); st > a.Status {
				a.Status, a.Verdict = st, r.Verdict.String()
				a.ServerVersion, a.Digest = r.ServerVersion, r.Digest
				a.Evidence, a.Case, a.Reproduce = r.Explained(), r.Case+" in "+r.Topology, r.Reproduce
				if r.Verdict == harness.Refuted {
					severity := r.Severity.String()
					a.Finding, a.Severity = textOf(c, r), &severity
				}
			}
		}
	}
	return a
}

// ByClaim returns the claims' rows with those of a claim together.
func (r AuditRequirement) ByClaim() [][]AuditClaim {
	var all [][]AuditClaim
	for _, c := range r.Claims {
		if n := len(all); n > 0 && all[n-1][0].Claim == c.Claim {
			all[n-1] = append(all[n-1], c)
			continue
		}
		all = append(all, []AuditClaim{c})
	}
	return all
}

// Words returns the verdict as reports show it.
func (a AuditClaim) Words() string { return statusWords[a.Status] }

// Mark returns the verdict's mark.
func (a AuditClaim) Mark() string { return marks[a.Status] }

// Kind returns the verdict's CSS class.
func (a AuditClaim) Kind() string { return a.Status.kind() }

// AuditJSON writes the view by requirement as JSON.
func AuditJSON(w io.Writer, r results.Results, claims []harness.Claim) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(survey(r, claims).audit()); err != nil {
		return fmt.Errorf("write audit: %w", err)
	}
	return nil
}

var auditColumns = []string{
	"standard", "section", "asks", "claim", "statement", "version", "server_version", "digest", "date", "verdict",
	"confirmed", "refuted", "inconclusive", "not_judged", "finding", "evidence", "case", "reproduce", "not_looked_at",
}

// AuditCSV writes the view by requirement as a table: a row for each requirement, claim
// and release, and one for each claim of which nothing was judged.
func AuditCSV(w io.Writer, r results.Results, claims []harness.Claim) error {
	a := survey(r, claims).audit()
	rows := [][]string{auditColumns}
	for _, q := range a.Requirements {
		head := func(rest ...string) []string { return append([]string{q.Standard, q.Section, q.Asks}, rest...) }
		for _, c := range q.Claims {
			rows = append(rows, head(c.Claim, c.Statement, c.Version, c.ServerVersion, c.Digest, a.Date.UTC().Format(time.RFC3339), c.Verdict,
				fmt.Sprint(c.Confirmed), fmt.Sprint(c.Refuted), fmt.Sprint(c.Inconclusive), fmt.Sprint(c.NotJudged),
				c.Finding, c.Evidence, c.Case, c.Reproduce, q.Beyond))
		}
		for _, id := range q.Missing {
			rows = append(rows, head(id, "", "", "", "", "", "not judged in this run", "0", "0", "0", "", "", "", "", "", q.Beyond))
		}
		if len(q.Claims)+len(q.Missing) == 0 {
			rows = append(rows, head("", "", "", "", "", "", "no claim", "0", "0", "0", "", "", "", "", "", q.Beyond))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = plainCell(cell)
		}
	}
	out := csv.NewWriter(w)
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write audit: %w", err)
	}
	return nil
}

// plainCell prevents a spreadsheet from evaluating a server's text as a formula.
func plainCell(s string) string {
	s = line(s)
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@') {
		return "'" + s
	}
	return s
}
