package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

func drawnHTML(t *testing.T, r harness.Results) string {
	t.Helper()
	var b strings.Builder
	if err := HTML(&b, r, sampleClaims()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHTMLNeedsNothingBesideIt(t *testing.T) {
	text := drawnHTML(t, sample())
	outside := regexp.MustCompile(`(?i)(src|href|srcset|action|data)\s*=\s*["']?[^#"'\s][^\s>]*|@import|url\(|<(script|link|iframe|object|embed|img|base)\b`)
	if m := outside.FindString(text); m != "" {
		t.Errorf("found %q", m)
	}
}

func TestHTMLEscapesWhatServersSay(t *testing.T) {
	text := drawnHTML(t, sample())
	if strings.Contains(text, "<script") || !strings.Contains(text, "&lt;script&gt;alert(1)") {
		t.Error("a reason's <script> is not escaped, or not there")
	}
}

func TestHTMLLinksLeadSomewhere(t *testing.T) {
	text := drawnHTML(t, sample())
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		ids[m[1]]++
		if ids[m[1]] > 1 {
			t.Errorf("id %s is there twice", m[1])
		}
	}
	links := regexp.MustCompile(` href="#([^"]*)"`).FindAllStringSubmatch(text, -1)
	if len(links) < 20 {
		t.Errorf("only %d links", len(links))
	}
	for _, m := range links {
		if ids[m[1]] == 0 {
			t.Errorf("#%s leads nowhere", m[1])
		}
	}
}

func TestHTMLShowsEveryResultAndFactsOfThoseNotConfirmed(t *testing.T) {
	text := drawnHTML(t, sample())
	var applicable int
	for _, r := range sample().Results {
		if r.Case != harness.AllCases {
			applicable++
		}
		if r.Verdict == harness.NotApplicable {
			continue
		}
		if got, want := strings.Contains(text, "facts of "+r.Case+"&"), r.Verdict != harness.Confirmed; got != want {
			t.Errorf("%s %s: facts shown is %t, want %t", r.Claim, r.Case, got, want)
		}
	}
	if got := strings.Count(text, "<details"); got != applicable {
		t.Errorf("got %d results, want %d", got, applicable)
	}
	if !strings.Contains(text, "Not applicable: needs tlsMode 2 (mode-0).") {
		t.Error("the reason why a whole claim does not apply is missing")
	}
}

func TestHTMLStaysSmall(t *testing.T) {
	r := harness.Results{}
	for i := range 4000 {
		r.Results = append(r.Results, harness.Result{
			Claim: fmt.Sprintf("bad-client-cert-refused-%d", i%30), Case: fmt.Sprintf("expired-yesterday-at-grpc-%d", i),
			Version: []string{"2.2.16", "2.3.5"}[i%2], Topology: fmt.Sprintf("mode-2-variant-%d", i/60%15), Verdict: harness.Confirmed,
			Expected: true, Harm: harness.HarmGrave, Want: "refused-certificate", Saw: "refused-certificate",
			Tries: "raw at grpc over TLS as expired-yesterday", Reason: "alert 42 (bad_certificate); the control was served",
			Reproduce: "make e2e VERSION=2.3.5 TOPOLOGY=mode-2-variant FOCUS='bad-client-cert-refused: expired-yesterday-at-grpc'",
			Evidence: &harness.Evidenced{Alert: "alert 42 (bad_certificate)", Control: "the control was served",
				Negotiated: "TLS 1.3 TLS_AES_128_GCM_SHA256 h2", Transcript: []string{strings.Repeat("x", 2000)},
				Log:   `[2025/11/22 12:30:00.123 +00:00] [WARN] transport: http2Server.HandleStreams failed from 127.0.0.1:43210: remote error: tls: bad certificate`,
				Facts: &harness.Observation{Detail: strings.Repeat("y", 1000)}},
		})
	}
	if got := len(drawnHTML(t, r)); got > 5<<20 {
		t.Errorf("4,000 results make %d bytes", got)
	}
}

func drawnMarkdown(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	if err := Markdown(&b, sample(), sampleClaims()); err != nil {
		t.Fatal(err)
	}
	return b.String()
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
	want := `it was served \| &lt;script&gt;alert(1)&lt;/script&gt; [31m  and the server never asked; and 1 further case |`
	if want = strings.Replace(want, "[", `\[`, 1); !strings.Contains(text, want) {
		t.Errorf("%s is not in\n%s", want, text)
	}
}

func TestMarkdownHoldsItsParts(t *testing.T) {
	text := drawnMarkdown(t)
	at := 0
	for _, part := range []string{
		"# Milvus TLS", "**8 results are not as expected; 1 stale expectation**", "32 results: 16 confirmed",
		"## Findings", "| grave | **mode-2-both**: in mode 2", "| **NEW** |", "| known: silent since 2.2 |",
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
