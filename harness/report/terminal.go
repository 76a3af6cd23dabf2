package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// Options describe the terminal.
type Options struct {
	Colour bool // write ANSI colours; without it no escape byte is written
	Width  int  // in characters; 0 means 100
	All    bool // print everything, however long that is
}

const (
	defaultWidth = 100
	leastWidth   = 50 // below this, lines are left to the terminal to break
	maxName      = 32 // of a claim, in the matrix

	// Two screens: the number of lines after which a part is cut short. New findings come first,
	// and known ones get the rest.
	linesToNew, linesToUnproven, linesToStale, linesToKnown = 50, 75, 85, 110
)

// Terminal prints the summary that ends a run, within two screens: the tally, what
// is new, what is unproven, the known findings, and the outcome. With All it prints
// every finding's evidence, and the matrix. Unless base is nil, it ends with what changed
// since that run.
func Terminal(w io.Writer, base *results.Results, r results.Results, claims []harness.Claim, o Options) error {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	t := &terminal{overview: survey(r, claims), colour: o.Colour, all: o.All, width: max(o.Width, leastWidth)}
	if o.All {
		t.matrices()
		t.listRemarks()
		t.print("")
	}
	t.field(0, "", t.judgedOn()+counted(t.results))
	t.field(0, "", repeatedly(t.results))
	found := t.findings()
	for _, l := range legend(found) {
		t.field(0, "", l)
	}
	t.listNew(found)
	t.listUnproven()
	t.listStale()
	t.listKnown(found)
	t.outcome()
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return fmt.Errorf("write terminal summary: %w", err)
	}
	changes, err := since(base, r)
	if err != nil || changes == nil {
		return err
	}
	fmt.Fprintln(w)
	return Diff(w, *changes, claims, o)
}

func (t *terminal) listRemarks() {
	all := remarks(t.results.Results)
	if len(all) == 0 {
		return
	}
	t.heading("Worth knowing")
	for _, m := range all {
		t.field(1, "-  ", "on "+strings.Join(m.Versions, ", ")+": "+m.Text)
		t.print("    " + t.paint(dim, "again  ") + line(m.First.Reproduce))
	}
}

type terminal struct {
	overview
	colour bool
	all    bool
	width  int
	out    bytes.Buffer
}

// The SGR codes of colours. Colour only repeats what marks and text show.
const (
	bold   = "1"
	dim    = "2"
	alarm  = "1;31"
	green  = "32"
	yellow = "33"
)

var statusColours = [statusEnd]string{absent: dim, notApplicable: dim, confirmed: green, refutedKnown: yellow,
	refutedNew: alarm, inconclusive: alarm, unjudged: alarm}

func (t *terminal) paint(code, text string) string {
	if !t.colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (t *terminal) print(text string) { t.out.WriteString(strings.TrimRight(text, " ") + "\n") }

// field prints text after a label, wrapped and indented to where it began.
func (t *terminal) field(indent int, label, text string) {
	indent += utf8.RuneCountInString(label)
	for i, l := range wrap(line(text), t.width-indent) {
		if i == 0 {
			t.print(strings.Repeat(" ", indent-utf8.RuneCountInString(label)) + t.paint(dim, label) + l)
		} else {
			t.print(strings.Repeat(" ", indent) + l)
		}
	}
}

// command prints a command after a label, on one line however long it is, so
// that it can be copied.
func (t *terminal) command(indent int, label, text string) {
	if text = line(text); text != "" {
		t.print(strings.Repeat(" ", indent) + t.paint(dim, label) + text)
	}
}

func (t *terminal) heading(text string) {
	if t.out.Len() > 0 {
		t.print("")
	}
	t.print(t.paint(bold, text))
}

func (t *terminal) judgedOn() string {
	if len(t.versions) == 0 {
		return ""
	}
	return "Milvus " + strings.Join(t.versions, ", ") + ": "
}

func (t *terminal) listStale() {
	if len(t.results.Stale) == 0 {
		return
	}
	t.heading(fmt.Sprintf("Known failures that did not happen (%d)", len(t.results.Stale)))
	t.field(0, "", "Delete the entry of what is fixed.")
	for i, s := range t.results.Stale {
		if t.full(linesToStale) {
			t.more(len(t.results.Stale)-i, "entry")
			return
		}
		t.field(0, "=  ", s)
	}
}

func (t *terminal) outcome() {
	t.print("")
	code := green
	if t.results.Red() {
		code = alarm
	}
	t.print(t.paint(code, settled(t.results)) + " " + took(t.results.Run))
}
