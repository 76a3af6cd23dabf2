package report

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

var capitalized = map[harness.Severity]string{
	harness.SeverityCritical: "Critical", harness.SeverityHigh: "High", harness.SeverityMedium: "Medium", harness.SeverityLow: "Low",
}

// listNew prints the unexpected findings, with what was observed and the command that reproduces
// them.
func (t *terminal) listNew(found []finding) {
	news := slices.DeleteFunc(slices.Clone(found), func(f finding) bool { return f.New == 0 })
	if len(news) == 0 {
		return
	}
	t.heading(fmt.Sprintf("New findings (%d)", len(news)))
	for i, f := range news {
		if t.full(linesToNew) {
			t.more(len(news)-i, "new finding")
			return
		}
		t.finding(f, f.Severity.String()+", "+f.Status()+": ")
		t.evidence(f)
	}
}

// listKnown prints the findings that are expected, worst first: each in a sentence,
// with what to do about a claim's once.
func (t *terminal) listKnown(found []finding) {
	known := slices.DeleteFunc(slices.Clone(found), func(f finding) bool { return f.New > 0 })
	for i, f := range known {
		if t.full(linesToKnown) {
			t.more(len(known)-i, "known finding")
			return
		}
		if i == 0 || known[i-1].Severity != f.Severity {
			n := 0
			for _, x := range known {
				if x.Severity == f.Severity {
					n++
				}
			}
			t.heading(fmt.Sprintf("%s, known (%d): %s", capitalized[f.Severity], n, severityMeans[f.Severity]))
		}
		t.finding(f, "")
		switch {
		case t.all:
			t.evidence(f)
		case i+1 == len(known) || known[i+1].Claim != f.Claim:
			t.field(2, "to do  ", f.Remediation)
		}
	}
}

func (t *terminal) more(n int, what string) {
	if n > 0 {
		t.print(fmt.Sprintf("and %d more %s: %s has them, and V=1 prints them", n, plurals(n, what), HTMLFile))
	}
}

// full reports whether so many lines are printed; where everything is, none are too many.
func (t *terminal) full(lines int) bool {
	return !t.all && strings.Count(t.out.String(), "\n") >= lines
}

func (t *terminal) finding(f finding, label string) {
	t.field(0, "- ", label+f.Text+" ["+f.Releases()+"]")
}

func (t *terminal) evidence(f finding) {
	if t.all {
		t.field(2, "claim  ", f.Claim+": "+f.Statement)
		t.field(2, "where  ", f.Where())
	}
	t.field(2, "saw    ", f.Observed())
	if t.all {
		t.field(2, "known  ", f.Known)
	}
	t.field(2, "to do  ", f.Remediation)
	t.command(2, "again  ", f.First.Reproduce)
}

// unproven are results without a verdict, and what they have in common.
type unproven struct {
	status status
	cause  string
	first  results.Result
	count  int
}

// listUnproven prints why cases have no verdict: each cause once, with one case of it.
func (t *terminal) listUnproven() {
	var causes []unproven
	for _, st := range []status{unjudged, inconclusive} {
		for _, r := range t.results.Results {
			if statusOf(r) != st {
				continue
			}
			cause := r.Reason
			if r.Cause != 0 {
				cause = r.Cause.String()
			}
			i := slices.IndexFunc(causes, func(u unproven) bool { return u.status == st && u.cause == cause })
			if i < 0 || t.all {
				i = len(causes)
				causes = append(causes, unproven{status: st, cause: cause, first: r})
			}
			causes[i].count++
		}
	}
	if len(causes) == 0 {
		return
	}
	n := t.results.Count()
	t.heading(fmt.Sprintf("Unproven (%d)", n[harness.Inconclusive]+n[harness.Unjudged]))
	t.field(0, "", "docs/inconclusive.md says what to do about each cause.")
	for i, u := range causes {
		if t.full(linesToUnproven) {
			t.more(len(causes)-i, "cause")
			return
		}
		// The command gets a line of its own.
		said, _ := strings.CutSuffix(u.first.Sentence(), "; again: "+u.first.Reproduce)
		said = strings.TrimRight(said, "; ")
		if u.count > 1 {
			said += "; and " + plural(u.count-1, "further case")
		}
		t.field(0, pad(marks[u.status], 3), statusWords[u.status]+": "+said)
		t.command(3, "again  ", u.first.Reproduce)
	}
}
