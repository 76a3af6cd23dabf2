package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// Diff prints what changed between two runs. The only error is the writer's.
func Diff(w io.Writer, d results.Diff, claims []harness.Claim, o Options) error {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	t := &terminal{colour: o.Colour, width: max(o.Width, leastWidth)}
	t.field(0, "base  ", sideName(d.Base))
	t.field(0, "new   ", sideName(d.New))
	for _, alone := range aloneWords(d) {
		t.field(0, "      ", alone)
	}
	for _, c := range d.Claims {
		t.heading(line(c.Claim) + " (severity: " + c.Severity.String() + ")")
		t.field(2, "claimed: ", saysOf(claims, c))
		for _, turn := range turns(c) {
			t.turn(d, turn)
		}
	}
	t.print("")
	code := green
	if n := d.Count(); n[results.Worse] > 0 {
		code = alarm
	} else if d.Changed() {
		code = yellow
	}
	t.print(t.paint(code, line(compared(d))))
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return fmt.Errorf("write diff: %w", err)
	}
	return nil
}

var trendColours = map[results.Trend]string{results.Worse: alarm, results.Better: green, results.Shifted: yellow}

func (t *terminal) turn(d results.Diff, x turn) {
	head := string(x.trend) + ": "
	for i, l := range wrap(line(head+x.names(d)), t.width-2) {
		indent := "    "
		if i == 0 {
			indent = "  "
			l = t.paint(trendColours[x.trend], strings.TrimSpace(head)) + strings.TrimPrefix(l, strings.TrimSpace(head))
		}
		t.print(indent + l)
	}
	base, next := labels(d)
	width := max(len("again"), utf8.RuneCountInString(base), utf8.RuneCountInString(next))
	t.field(4, pad(base, width)+"  ", seen(x.first().Base))
	t.field(4, pad(next, width)+"  ", seen(x.first().New))
	if r := x.first().New; r != nil {
		t.command(4, pad("again", width)+"  ", r.Reproduce)
	}
}

// DiffMarkdown writes what changed between two runs for a CI job's page.
func DiffMarkdown(w io.Writer, d results.Diff, claims []harness.Claim) error {
	m := &markdown{}
	m.diff(d, claims)
	if _, err := w.Write(m.out.Bytes()); err != nil {
		return fmt.Errorf("write diff: %w", err)
	}
	return nil
}

func (m *markdown) diff(d results.Diff, claims []harness.Claim) {
	m.heading("What changed")
	m.lines("**"+escape(compared(d))+"**", "", "- base: "+escape(sideName(d.Base)), "- new: "+escape(sideName(d.New)))
	for _, alone := range aloneWords(d) {
		m.lines("- " + escape(alone))
	}
	if len(d.Claims) == 0 {
		return
	}
	base, next := labels(d)
	m.lines("")
	m.header("claim", "", "case", escape(base), escape(next))
	for _, c := range d.Claims {
		for _, x := range turns(c) {
			claim := "**" + escape(c.Claim) + "** (" + c.Severity.String() + "): " + "claimed: " + escape(saysOf(claims, c))
			m.row(claim, string(x.trend), escape(x.names(d)), escape(seen(x.first().Base)), escape(seen(x.first().New)))
		}
	}
}
