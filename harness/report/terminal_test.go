package report

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"milvus-tls-e2e/harness"
)

func printed(t *testing.T, r harness.Results, o Options) string {
	t.Helper()
	var b strings.Builder
	if err := Terminal(&b, r, sampleClaims(), o); err != nil {
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
	for l := range strings.SplitSeq(printed(t, r, Options{Width: 60}), "\n") {
		if strings.HasPrefix(l, "mode-0-plain ") {
			rows += strings.Count(l, "✓2")
		}
	}
	if want := 3 + 3 + 15; rows != want {
		t.Errorf("got %d squares of mode-0-plain, want %d", rows, want)
	}
}

func TestTerminalOrder(t *testing.T) {
	text := printed(t, sample(), Options{})
	at := 0
	for _, part := range []string{
		"Claims by topology", "A mode-0", "2.2.16 ", "2.3.5 ", "✗! refuted, NEW", "Not in these results: never-planned",
		"Findings (6)", "critical, NEW, on 2.2.16 mode-2-both",
		"Not as expected (9)", "unjudged: 2.2.16 mode-2-auth, rest-port-rules/left", "inconclusive: ", "stale expectation: 2.2.yaml:7",
		"32 results: 16 confirmed, 10 refuted (6 known), 2 inconclusive, 2 unjudged, 2 not applicable",
		"8 results are not as expected; 1 stale expectation (24.1 s)\n",
	} {
		i := strings.Index(text[at:], part)
		if i < 0 {
			t.Fatalf("%q is missing or out of order in\n%s", part, text)
		}
		at += i
	}
}

func TestTerminalKeepsCommandsOnOneLine(t *testing.T) {
	want := "again  make e2e VERSION=2.2.16 TOPOLOGY=mode-2 FOCUS='mode-2-both: nobody-at-rest'\n"
	if text := printed(t, sample(), Options{Width: 60}); strings.Count(text, want) != 2 {
		t.Errorf("want %q under the finding and under the red result in\n%s", want, text)
	}
}

func TestTerminalCapsWhatItSpellsOut(t *testing.T) {
	r := harness.Results{}
	for range maxRed + 5 {
		r.Results = append(r.Results, harness.Result{Claim: "c", Version: "1", Topology: "mode-0", Reproduce: "make e2e"})
	}
	text := printed(t, r, Options{})
	if got := strings.Count(text, "unjudged: 1 mode-0"); got != maxRed {
		t.Errorf("spelled out %d, want %d", got, maxRed)
	}
	if !strings.Contains(text, "and 5 more in results.json") {
		t.Errorf("does not say how many more in\n%s", text)
	}
}

func TestTerminalWithNoResults(t *testing.T) {
	want := "0 results: 0 confirmed, 0 refuted, 0 inconclusive, 0 unjudged, 0 not applicable\nnothing was judged (0.0 s)\n"
	if got := printed(t, harness.Results{}, Options{}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("deaf") }

func TestReportsReturnTheWritersError(t *testing.T) {
	for name, err := range map[string]error{
		"terminal": Terminal(deaf{}, sample(), nil, Options{}),
		"JUnit":    JUnit(deaf{}, sample()),
		"Markdown": Markdown(deaf{}, sample(), nil),
		"HTML":     HTML(deaf{}, sample(), nil),
	} {
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "deaf") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
