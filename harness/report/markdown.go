package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// maxListed is how many results that are not as expected a job summary spells
// out: CI systems limit its size, and results.json has them all.
const maxListed = 50

const maxFound = 100

// Markdown writes the summary of a run for a CI job's page: the tally, the
// findings, what is not as expected, a matrix per version, and how to see it
// again. The evidence stays in report.html. Unless changes is nil, they follow.
func Markdown(w io.Writer, r results.Results, claims []harness.Claim, changes *results.Diff) error {
	m := &markdown{overview: survey(r, claims)}
	m.lines("# Milvus TLS, claim by claim", "", "**"+escape(settled(r))+"**", "", escape(counted(r)+" "+took(r.Run)))
	found := m.findings()
	slices.SortStableFunc(found, func(a, b finding) int { return min(b.New, 1) - min(a.New, 1) }) // what is new comes first
	m.findingTable(found)
	m.remarkList()
	m.redList()
	m.unconfirmedList()
	for _, version := range m.versions {
		m.matrix(version)
	}
	m.legend()
	m.reproduce(found)
	if _, err := w.Write(m.out.Bytes()); err != nil {
		return fmt.Errorf("write Markdown: %w", err)
	}
	if changes == nil {
		return nil
	}
	return DiffMarkdown(w, *changes, claims)
}

type markdown struct {
	overview
	out bytes.Buffer
}

func (m *markdown) lines(lines ...string) { m.out.WriteString(strings.Join(lines, "\n") + "\n") }

func (m *markdown) heading(text string) { m.lines("", "## "+text, "") }

// header starts a table; its cells are already escaped, as those of row are.
func (m *markdown) header(cells ...string) {
	m.row(cells...)
	m.lines(strings.Repeat("| --- ", len(cells)) + "|")
}

func (m *markdown) row(cells ...string) { m.lines("| " + strings.Join(cells, " | ") + " |") }

func (m *markdown) remarkList() {
	all := remarks(m.results.Results)
	if len(all) == 0 {
		return
	}
	m.heading("Worth knowing")
	for _, x := range all {
		m.lines("- on " + escape(strings.Join(x.Versions, ", ")+": "+x.Text))
	}
}

func (m *markdown) findingTable(found []finding) {
	if len(found) == 0 {
		return
	}
	m.heading("Findings")
	m.lines(strings.Join(append([]string{severityLegend}, legend(found)...), " "), "")
	m.header("severity", "finding", "on", "known?")
	for _, f := range found[:min(len(found), maxFound)] {
		status := "known"
		if f.New > 0 {
			status = "**" + f.Status() + "**"
		}
		text := "**" + escape(f.Text) + "**"
		if f.Remediation != "" {
			text += "<br>What to do: " + escape(f.Remediation)
		}
		text += "<br><sub>Claimed: " + escape(f.Statement) + " (" + escape(f.Claim) + "). Observed: " + escape(f.Observed()) + "</sub>"
		m.row(f.Severity.String(), text, escape(f.Releases()+", "+f.Where()), status)
	}
	if more := len(found) - maxFound; more > 0 {
		m.lines("", fmt.Sprintf("%s more: %s has them.", plural(more, "finding"), HTMLFile))
	}
}

func (m *markdown) redList() {
	all := red(m.results)
	if len(all)+len(m.results.Stale) == 0 {
		return
	}
	m.heading("Not as expected")
	for _, r := range all[:min(len(all), maxListed)] {
		m.lines("- " + statusWords[statusOf(r)] + ": " + escape(r.Sentence()))
	}
	if more := len(all) - maxListed; more > 0 {
		m.lines(fmt.Sprintf("- and %d more in %s", more, ResultsFile))
	}
	for _, s := range m.results.Stale {
		m.lines("- stale expectation: " + escape(s))
	}
}

func (m *markdown) unconfirmedList() {
	if m.results.Run.Plan == nil || len(m.results.Run.Plan.Unconfirmed) == 0 {
		return
	}
	m.heading("Not confirmed by anybody yet")
	for _, x := range m.results.Run.Plan.Unconfirmed {
		m.lines("- " + escape(x))
	}
	m.lines("", "A refutation of these is something to look into before it is reported.")
}

// matrix keeps claims as rows here too: topologies' names are full, and a
// browser breaks them at their hyphens to make the columns fit.
func (m *markdown) matrix(version string) {
	if len(m.columns(version)) == 0 {
		m.lines("", "Nothing is applicable to "+escape(version)+".")
		return
	}
	m.heading(escape(version))
	m.lines("<details><summary>Claims by topology</summary>", "")
	defer m.lines("", "</details>")
	columns := m.columns(version)
	head := []string{"claim"}
	for _, topology := range columns {
		head = append(head, escape(topology))
	}
	m.header(head...)
	for _, c := range m.claims {
		if !m.askedOn(version, c.ID) {
			continue
		}
		row := []string{escape(c.ID)}
		for _, topology := range columns {
			row = append(row, escape(m.square(version, topology, c.ID).full()))
		}
		m.row(row...)
	}
	if idle := m.idle(version); len(idle) > 0 {
		m.lines("", "Nothing is applicable in: "+escape(strings.Join(idle, ", "))+".")
	}
}

func (m *markdown) legend() {
	m.lines("")
	for st := notApplicable; st < statusEnd; st++ {
		m.lines("`" + marks[st] + "` " + statusWords[st] + ";")
	}
	m.lines("`2/12`: 2 of the 12 cases that apply. A square shows its worst verdict.")
	if len(m.silent) > 0 {
		m.lines("", "Not in these results: "+escape(strings.Join(m.silent, ", "))+".")
	}
}

func (m *markdown) reproduce(found []finding) {
	m.heading("How to see it again")
	run := m.results.Run
	m.lines(escape(fmt.Sprintf("Judged by revision %s with the %s provider on %s, started %s. Every result in %s names its command.",
		run.Revision, run.Provider, run.Machine, run.Started.UTC().Format("2006-01-02 15:04:05 MST"), ResultsFile)))
	if len(found) == 0 {
		return
	}
	m.lines("", "<details><summary>Commands</summary>", "", "```sh")
	for _, f := range found[:min(len(found), maxFound)] {
		m.lines("# "+line(f.First.Version+" "+f.Claim), line(f.First.Reproduce))
	}
	m.lines("```", "", "</details>")
}

// markdownSpecial is what would end a table's cell, start HTML or turn into
// formatting in GitHub's Markdown.
var markdownSpecial = strings.NewReplacer(
	`&`, `&amp;`, `<`, `&lt;`, `>`, `&gt;`,
	`\`, `\\`, `|`, `\|`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `~`, `\~`,
)

func escape(s string) string { return markdownSpecial.Replace(line(s)) }
