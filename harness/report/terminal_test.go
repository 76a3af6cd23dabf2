package report

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

func printed(t *testing.T, r results.Results, o Options) string {
	t.Helper()
	var b strings.Builder
	if err := Terminal(&b, nil, r, sampleClaims(), o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTerminalWithoutColourWritesNoControlCharacter(t *testing.T) {
	for _, r := range printed(t, sample(), Options{}) {
		if r < ' ' && r != '\n' || r == 0x7f {
			t.Fatalf("wrote %q", r)
		}
	}
}

func TestColourOnlyRepeatsWhatIsThereWithoutIt(t *testing.T) {
	text := printed(t, sample(), Options{Colour: true})
	if !strings.Contains(text, "\x1b[") {
		t.Fatal("no colour")
	}
	for _, code := range []string{bold, dim, alarm, green, yellow, "0"} {
		text = strings.ReplaceAll(text, "\x1b["+code+"m", "")
	}
	// Blanks at the end of a line are cut only where no colour follows them.
	var lines []string
	for l := range strings.SplitSeq(text, "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	if got, want := strings.Join(lines, "\n"), printed(t, sample(), Options{}); got != want {
		t.Errorf("with colour:\n%s\nwithout:\n%s", got, want)
	}
}

func TestTerminalKeepsToItsWidth(t *testing.T) {
	r := sample()
	for i := range 15 {
		r.Results = append(r.Results, sampleCell("2.3.5", fmt.Sprintf("mode-2-variant-%d", i))...)
	}
	for _, width := range []int{0, 60, 160} {
		limit := width
		if width == 0 {
			limit = defaultWidth
		}
		for l := range strings.SplitSeq(printed(t, r, Options{Width: width}), "\n") {
			if utf8.RuneCountInString(l) > limit && !strings.Contains(l, "again  ") {
				t.Errorf("width %d: %d characters: %s", width, utf8.RuneCountInString(l), l)
			}
		}
	}
}

func TestTerminalMatrixHoldsEveryTopology(t *testing.T) {
	// Two parts per version at this width; each topology must be in one of them.
	r := sample()
	for i := range 15 {
		r.Results = append(r.Results, sampleCell("2.3.5", fmt.Sprintf("mode-2-variant-%d", i))...)
	}
	rows := 0
	for l := range strings.SplitSeq(printed(t, r, Options{Width: 60, All: true}), "\n") {
		if strings.HasPrefix(l, "mode-0-plain ") {
			rows += strings.Count(l, "✓2")
		}
	}
	if want := 3 + 3 + 15; rows != want {
		t.Errorf("got %d squares of mode-0-plain, want %d", rows, want)
	}
}

// inOrder fails the test where a part is missing, or stands before the one before it.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	at := 0
	for _, part := range parts {
		i := strings.Index(text[at:], part)
		if i < 0 {
			t.Fatalf("%q is missing or out of order in\n%s", part, text)
		}
		at += i
	}
}

func TestTerminalOrder(t *testing.T) {
	closing := []string{
		"Milvus 2.2.16, 2.3.5: 28 judged: 16 confirmed, 10 refuted (6 known), 2 inconclusive; 2 unjudged; 2",
		"New findings (1)", "- critical, NEW: REST serves clients without a certificate. [2.2.16, 2.3.5]", "saw    nobody-at-rest in mode-2: it was served",
		"to do  keep REST's port closed", "again  make e2e VERSION=2.2.16",
		"Unproven (4)", "unjudged: 2.2.16 mode-2-auth, rest-port-rules/left", "inconclusive: 2.2.16 mode-2-auth", "and 1 further case",
		"Known failures that did not happen (1)", "2.2.yaml:7",
		"High, known (1): something fails, and nothing shows it", "- REST vanishes silently. [2.2.16, 2.3.5]", "to do  give REST a port of its own",
		"Medium, known (1)",
		"8 results are not as expected; 1 stale expectation (24.1 s)\n",
	}
	brief := printed(t, sample(), Options{})
	inOrder(t, brief, closing...)
	if strings.Contains(brief, "A mode-0") || strings.Contains(brief, "never vanishes silently") {
		t.Errorf("two screens hold the matrix, or what is claimed:\n%s", brief)
	}
	inOrder(t, printed(t, sample(), Options{All: true}), "Claims by topology", "A mode-0", "2.2.16 ", "2.3.5 ", "✗! refuted, NEW", "Not in these results: never-planned",
		closing[0], "New findings (1)", "claim  mode-2-both: in mode 2 a client without", "where  in mode-2, mode-2-auth", "High, known (1)", "known  silent since 2.2", closing[len(closing)-1])
}

func TestTerminalKeepsCommandsOnOneLine(t *testing.T) {
	want := "again  make e2e VERSION=2.2.16 TOPOLOGY=mode-2 FOCUS='mode-2-both: nobody-at-rest'\n"
	if text := printed(t, sample(), Options{Width: 60}); strings.Count(text, want) != 1 {
		t.Errorf("want %q under the finding in\n%s", want, text)
	}
}

// However much a run finds, and whatever it cannot prove, it ends within two screens.
func TestTerminalEndsWithinTwoScreens(t *testing.T) {
	var r results.Results
	for i := range 4000 {
		one := results.Result{Claim: fmt.Sprintf("claim-%d", i%97), Case: fmt.Sprint("case ", i), Version: fmt.Sprintf("2.%d.0", i%7), Topology: "mode-0",
			Severity: severities[i%4], Verdict: []harness.Verdict{harness.Refuted, harness.Inconclusive, harness.Unjudged, harness.Refuted}[i/4%4],
			Finding: fmt.Sprintf("What is so in case %d takes a sentence of the usual length, which is longer than one line of a terminal.", i%300),
			Reason:  fmt.Sprintf("reason %d, which is said in a sentence that needs a line of its own", i), Reproduce: "make e2e"}
		one.Expected = one.Verdict == harness.Refuted && i%3 > 0
		r.Results = append(r.Results, one)
	}
	text := printed(t, r, Options{})
	if n := strings.Count(text, "\n"); n > 120 {
		t.Errorf("it prints %d lines:\n%s", n, text)
	}
	holds(t, text, "more new findings", "more causes", "more known findings", "V=1 prints them")
	if all := printed(t, r, Options{All: true}); strings.Contains(all, " more: ") || strings.Count(all, "reason ") < 2000 {
		t.Error("V=1 leaves something out")
	}
}

func TestTerminalWithNoResults(t *testing.T) {
	want := "0 judged: 0 confirmed, 0 refuted, 0 inconclusive; 0 not applicable\n\nnothing was judged (0.0 s)\n"
	if got := printed(t, results.Results{}, Options{}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("deaf") }

func TestReportsReturnTheWritersError(t *testing.T) {
	for name, err := range map[string]error{
		"terminal": Terminal(deaf{}, nil, sample(), nil, Options{}),
		"JUnit":    JUnit(deaf{}, sample()),
		"Markdown": Markdown(deaf{}, sample(), nil, nil),
		"HTML":     HTML(deaf{}, sample(), nil, nil),
	} {
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "deaf") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
