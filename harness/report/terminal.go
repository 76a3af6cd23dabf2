package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"milvus-tls-e2e/harness"
)

// Options say what the terminal can show.
type Options struct {
	Colour bool // write ANSI colours; without it no escape byte is written
	Width  int  // in characters; 0 means 100
}

const (
	defaultWidth = 100
	leastWidth   = 50 // below this, lines are left to the terminal to break
	maxName      = 32 // of a claim, in the matrix
	maxRed       = 20 // results that are spelled out; results.json has them all
)

// Terminal prints the summary that ends a run: the matrix, the findings,
// whatever is not as expected, and a tally. The only error is the writer's.
func Terminal(w io.Writer, r harness.Results, claims []harness.Claim, o Options) error {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	t := &terminal{overview: survey(r, claims), colour: o.Colour, width: max(o.Width, leastWidth)}
	t.matrices()
	t.listFindings()
	t.listRemarks()
	t.listRed()
	t.tally()
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return fmt.Errorf("write terminal summary: %w", err)
	}
	return nil
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
	width  int
	out    bytes.Buffer
}

// The SGR codes of what is coloured. Colour only repeats what marks and words say.
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

func (t *terminal) listFindings() {
	all := t.findings()
	if len(all) == 0 {
		return
	}
	t.heading(fmt.Sprintf("Findings (%d)", len(all)))
	t.field(0, "", severityLegend)
	for i, f := range all {
		label := fmt.Sprintf("%2d. ", i+1)
		head := fmt.Sprintf("%s, %s, on %s %s: %s", f.Severity, f.Status(), f.Version, f.Claim, f.Statement)
		for j, l := range wrap(line(head), t.width-len(label)) {
			if j > 0 {
				label = strings.Repeat(" ", len(label))
			}
			if f.New > 0 {
				l = t.paint(alarm, l)
			}
			t.print(label + l)
		}
		t.field(4, "seen   ", f.Seen()+f.elsewhere())
		t.field(4, "known  ", f.Known)
		t.field(4, "do     ", f.Remediation)
		t.command(4, "again  ", f.First.Reproduce)
	}
}

// listRed spells out all that makes the run fail.
func (t *terminal) listRed() {
	all := red(t.results)
	// Refutations stand among the findings already: what nothing is known
	// about comes first.
	slices.SortStableFunc(all, func(a, b harness.Result) int { return int(statusOf(b)) - int(statusOf(a)) })
	if n := len(all) + len(t.results.Stale); n > 0 {
		t.heading(fmt.Sprintf("Not as expected (%d)", n))
	}
	for _, r := range all[:min(len(all), maxRed)] {
		// The command is cut off the sentence only to stand on a line of its own.
		said, cut := strings.CutSuffix(r.Sentence(), "; again: "+r.Reproduce)
		t.field(0, pad(marks[statusOf(r)], 3), statusWords[statusOf(r)]+": "+strings.TrimRight(said, "; "))
		if cut {
			t.command(3, "again  ", r.Reproduce)
		}
	}
	if more := len(all) - maxRed; more > 0 {
		t.print(fmt.Sprintf("   and %d more in %s", more, ResultsFile))
	}
	for _, s := range t.results.Stale {
		t.field(0, "=  ", "stale expectation: "+s)
	}
}

func (t *terminal) tally() {
	if t.out.Len() > 0 {
		t.print("")
	}
	t.field(0, "", counted(t.results))
	code := green
	if t.results.Red() {
		code = alarm
	}
	t.print(t.paint(code, settled(t.results)) + " " + took(t.results.Run))
}
