package report

import (
	"strings"
	"unicode/utf8"
)

// matrices prints one matrix per version. Topologies have long names and there
// are many of them, so letters head the columns; a letter means the same
// topology in every matrix.
func (t *terminal) matrices() {
	if len(t.claims) == 0 {
		return
	}
	t.heading("Claims by topology")
	t.legend()
	for _, version := range t.versions {
		t.matrix(version)
		if idle := t.idle(version); len(idle) > 0 {
			t.field(0, "", "Nothing is applicable to "+line(version)+" in: "+line(strings.Join(idle, ", "))+".")
		}
	}
	t.print("")
	var marked []string
	for st := confirmed; st < statusEnd; st++ {
		marked = append(marked, marks[st]+" "+statusWords[st])
	}
	marked = append(marked, marks[notApplicable]+" "+statusWords[notApplicable])
	t.field(0, "", strings.Join(marked, ";  ")+". A square shows its worst verdict and how many cases have it.")
	if notAsked := t.notAsked(); len(notAsked) > 0 {
		t.field(0, "", "Not applicable here: "+strings.Join(notAsked, ", ")+".")
	}
	if len(t.silent) > 0 {
		t.field(0, "", "Not in these results: "+strings.Join(t.silent, ", ")+".")
	}
}

// notAsked returns the claims that no topology was asked for: they have no row.
func (t *terminal) notAsked() []string {
	var ids []string
	for _, claim := range t.claims {
		if !t.asked(claim.ID) {
			ids = append(ids, claim.ID)
		}
	}
	return ids
}

func (t *terminal) asked(id string) bool {
	for at, s := range t.squares {
		if at.claim == id && s.worst() > notApplicable {
			return true
		}
	}
	return false
}

func (t *terminal) legend() {
	var entries []string
	widest := 0
	for i, name := range t.topologies {
		entries = append(entries, letters(i)+" "+line(name))
		widest = max(widest, utf8.RuneCountInString(entries[i])+3)
	}
	row := ""
	for i, entry := range entries {
		row += pad(entry, widest)
		if i == len(entries)-1 || utf8.RuneCountInString(row)+widest > t.width {
			t.print(row)
			row = ""
		}
	}
}

type column struct {
	letter, topology string
	width            int
}

// matrix prints a version's claims by its topologies, in as many parts as the
// width asks for.
func (t *terminal) matrix(version string) {
	names := len(version)
	for _, c := range t.claims {
		names = min(max(names, utf8.RuneCountInString(c.ID)), maxName)
	}
	columns := t.measured(version)
	for len(columns) > 0 {
		n, used := 0, names
		for n < len(columns) && (n == 0 || used+columns[n].width < t.width) {
			used += columns[n].width
			n++
		}
		t.part(version, names, columns[:n])
		columns = columns[n:]
	}
}

// measured returns a version's columns, each as wide as its widest square and a
// blank before it.
func (t *terminal) measured(version string) []column {
	var columns []column
	present := t.columns(version)
	for i, topology := range t.topologies {
		if len(present) == 0 || present[0] != topology {
			continue
		}
		present = present[1:]
		c := column{letter: letters(i), topology: topology, width: 4}
		for _, claim := range t.claims {
			c.width = max(c.width, 1+utf8.RuneCountInString(t.square(version, topology, claim.ID).short()))
		}
		columns = append(columns, c)
	}
	return columns
}

func (t *terminal) part(version string, names int, columns []column) {
	head := t.paint(bold, pad(clip(line(version), names), names))
	for _, c := range columns {
		head += " " + t.paint(bold, pad(c.letter, c.width-1))
	}
	t.print("")
	t.print(head)
	for _, claim := range t.claims {
		if !t.asked(claim.ID) {
			continue
		}
		row := pad(clip(line(claim.ID), names), names)
		for _, c := range columns {
			s := t.square(version, c.topology, claim.ID)
			row += " " + t.paint(statusColours[s.worst()], pad(s.short(), c.width-1))
		}
		t.print(row)
	}
}
