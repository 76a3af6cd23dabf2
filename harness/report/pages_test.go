package report

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"
)

func drawnHTML(t *testing.T, r results.Results) string {
	t.Helper()
	var b strings.Builder
	if err := HTML(&b, r, sampleClaims(), nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHTMLNeedsNothingBesideIt(t *testing.T) {
	text := drawnHTML(t, sample())
	outside := regexp.MustCompile(`(?i)<[a-z][^>]*\s(src|srcset|action|data)\s*=|@import|url\(|https?:|<(iframe|object|embed|img|base)\b`)
	text = strings.ReplaceAll(text, "http://www.w3.org/2000/svg", "") // the name of a namespace, which nobody fetches
	if m := outside.FindString(text); m != "" {
		t.Errorf("found %q", m)
	}
	for _, m := range regexp.MustCompile(`<link[^>]*>`).FindAllString(text, -1) {
		if !strings.Contains(m, `href="data:image/svg`) {
			t.Errorf("found %q", m)
		}
	}
}

func TestHTMLRunsItsOwnScriptsAlone(t *testing.T) {
	text := drawnHTML(t, hostileRun())
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(text)
	if policy == nil || !strings.Contains(policy[1], "default-src 'none'") || strings.Contains(policy[1], "unsafe") {
		t.Errorf("policy: %q", policy)
	}
	if n := strings.Count(text, "<script"); n != 4 {
		t.Errorf("%d script elements, want 4", n)
	}
	if strings.Contains(text, "\u202e") || strings.Contains(text, "\x1b") || strings.Contains(text, "\u2028") {
		t.Error("what turns text around, or controls a terminal, is in the page as it is")
	}
}

func TestHTMLEscapesWhatServersSay(t *testing.T) {
	text := drawnHTML(t, sample())
	if strings.Contains(text, "<script>alert") || !strings.Contains(text, "&lt;script&gt;alert(1)") {
		t.Error("a reason's <script> is not escaped, or not there")
	}
}

func TestHTMLOf10000ResultsIsSmallAndSoonMade(t *testing.T) {
	r := manyResults(10000)
	begin := processorTime(t)
	text := drawnHTML(t, r)
	// Processor time, since others may be using the machine; the race detector
	// makes it several times as long.
	if took := processorTime(t) - begin; took > 2*time.Second*slowdown {
		t.Errorf("10,000 results take %v", took)
	}
	if len(text) > 5<<20 {
		t.Errorf("10,000 results make %d bytes", len(text))
	}
}

// processorTime is what this process has used so far.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestHTMLLeavesEvidenceOutWhereThereIsNoRoom(t *testing.T) {
	r := manyResults(1000)
	for i := range r.Results {
		r.Results[i].Evidence.Transcript = []string{strings.Repeat(fmt.Sprint(i, " "), 4000)}
	}
	p, err := packEvidence(r.Results, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var packed struct {
		Results []any
		Texts   []string
	}
	if err := json.Unmarshal([]byte(p), &packed); err != nil {
		t.Fatal(err)
	}
	left := map[harness.Verdict]int{}
	for i, e := range packed.Results {
		if e == 0.0 {
			left[r.Results[i].Verdict]++
		}
	}
	if left[harness.Refuted] != 0 || left[harness.Confirmed] == 0 {
		t.Errorf("left out: %v, want confirmed ones alone", left)
	}
	if len(p) > 1<<20+2*maxText {
		t.Errorf("evidence takes %d bytes", len(p))
	}
	if !slices.ContainsFunc(packed.Texts, func(s string) bool { return strings.HasSuffix(s, "more bytes in results.json)") }) {
		t.Error("a text that was cut does not say so")
	}
}

func TestHTMLShowsAnEarlierRunsChanges(t *testing.T) {
	now := aRun()
	d, err := results.Compare(now, now)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := HTML(&b, now, nil, &d); err != nil || !strings.Contains(b.String(), "Nothing has changed: 92 cases came to the same.") {
		t.Errorf("no change: %v, and the page does not say so", err)
	}
	many := now
	for i := range maxChanges + 5 {
		x := now.Results[1]
		x.Case = fmt.Sprintf("another %d", i)
		many.Results = append(slices.Clip(many.Results), x)
	}
	if d, err = results.Compare(now, many); err != nil {
		t.Fatal(err)
	}
	if c := newPageChanges(d); c.More != 5 || c.Changed != maxChanges+5 {
		t.Errorf("of %d changes %d are left out, want 5", c.Changed, c.More)
	}
}

func drawnMarkdown(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	if err := Markdown(&b, sample(), sampleClaims(), nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkdownSaysWhatNobodyHasConfirmed(t *testing.T) {
	const heading, line = "## Not confirmed by anybody yet", "nobody has confirmed a verdict on Milvus 2.4.23 yet: why"
	if text := drawnMarkdown(t); strings.Contains(text, heading) {
		t.Error("a run of which all is confirmed has the heading")
	}
	r := sample()
	r.Run.Plan = &plan.Fingerprint{Unconfirmed: []string{line}}
	var b strings.Builder
	if err := Markdown(&b, r, sampleClaims(), nil); err != nil {
		t.Fatal(err)
	}
	holds(t, b.String(), heading, "- "+line)
}

func TestMarkdownEscapes(t *testing.T) {
	text := drawnMarkdown(t)
	bar := regexp.MustCompile(`(^|[^\\])\|`)
	columns := 0
	for l := range strings.SplitSeq(text, "\n") {
		n := len(bar.FindAllString(l, -1))
		if !strings.HasPrefix(l, "|") {
			columns = 0
			continue
		}
		if columns == 0 {
			columns = n
		}
		if n != columns {
			t.Errorf("%d bars in a table of %d: %s", n, columns, l)
		}
	}
	if strings.Contains(text, "<script") || strings.ContainsAny(text, "\x00\x1b") {
		t.Error("HTML or a control character got through")
	}
	want := `it was served \| &lt;script&gt;alert(1)&lt;/script&gt; [31m  and the server never asked; and 3 further cases`
	if want = strings.Replace(want, "[", `\[`, 1); !strings.Contains(text, want) {
		t.Errorf("%s is not in\n%s", want, text)
	}
}

func TestMarkdownHoldsItsParts(t *testing.T) {
	text := drawnMarkdown(t)
	at := 0
	for _, part := range []string{
		"# Milvus TLS", "**8 results are not as expected; 1 stale expectation**", "28 judged: 16 confirmed",
		"## Findings", "| critical | **REST serves clients without a certificate.**<br>What to do: keep", "Claimed: in mode 2 a client", "| **NEW** |", "| high | **REST vanishes silently.**", "| 2.2.16, 2.3.5, in mode-2-auth",
		"## Not as expected", "- stale expectation: 2.2.yaml:7",
		"## 2.2.16", "| claim | mode-0 | mode-2 | mode-2-auth |", "| mode-2-both | · | ✗!1/2 | ✗!1/2 |", "| rest-port-rules |  |  | -!1/3 |",
		"## 2.3.5", "`✗!` refuted, NEW", "Not in these results: never-planned",
		"## How to see it again", "revision abc1234", "# 2.2.16 mode-2-both\nmake e2e VERSION=2.2.16 TOPOLOGY=mode-2 FOCUS='mode-2-both: nobody-at-rest'\n",
	} {
		i := strings.Index(text[at:], part)
		if i < 0 {
			t.Fatalf("%q is missing or out of order in\n%s", part, text)
		}
		at += i
	}
}
