package report

import (
	"encoding/json"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// newer returns the sample's 2.3.5 results as those of two releases: the newer
// one refutes two cases more, and has lost one.
func newer(t *testing.T, across bool) results.Diff {
	t.Helper()
	var base, next results.Results
	base.Run, next.Run = sample().Run, sample().Run
	for _, r := range sample().Results {
		if r.Version != "2.3.5" {
			continue
		}
		if r.Case == "asked" {
			r.Reason = "there is | no control"
		}
		base.Results = append(base.Results, r)
		if across {
			r.Version, r.ServerVersion = "2.5.4", "v2.5.4"
		}
		switch {
		case r.Claim == "mode-0-plain" && r.Case == "rest" && r.Topology != "mode-0":
			r.Verdict, r.Saw, r.Reason, r.Expected = harness.Refuted, "not-offered", "nothing\x1b[31m | there", false
			r.Evidence = &harness.Evidenced{Alert: "alert 40 (handshake_failure)", Log: strings.Repeat("l", 500)}
		case r.Case == "asked":
			r.Verdict, r.Saw, r.Expected = harness.Confirmed, "served", true
		case r.Case == "left":
			continue
		}
		next.Results = append(next.Results, r)
	}
	d, err := results.Compare(base, next)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func drawnDiff(t *testing.T, d results.Diff, o Options) string {
	t.Helper()
	var b strings.Builder
	if err := Diff(&b, d, sampleClaims(), o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func holds(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

func TestDiffPrintsBothEvidencesByClaim(t *testing.T) {
	text := drawnDiff(t, newer(t, true), Options{Width: 200})
	holds(t, text, "base  Milvus 2.3.5 (v2.3.5); 16 results",
		"mode-0-plain (severity: low)\n  claimed: mode 0 switches external TLS off",
		"worse: rest in mode-2, mode-2-auth",
		"2.3.5  ✓ confirmed: the API answered\n",
		"2.5.4  ✗! refuted, NEW, not-offered where served was wanted: nothing [31m | there; alert 40 (handshake_failure); logged:\n",
		"better: asked in mode-2-auth", "gone: left in mode-2-auth", "2.5.4  no such case",
		"2.3.5 → 2.5.4: 2 claims changed (2 cases worse, 1 case better, 1 case gone); 12 cases stayed\n")
	if strings.ContainsAny(text, "\x1b\x00") || strings.Contains(text, strings.Repeat("l", maxLog)) {
		t.Errorf("a log line came through whole, or something that a terminal obeys:\n%q", text)
	}
	if coloured := drawnDiff(t, newer(t, true), Options{Width: 200, Colour: true}); !strings.Contains(coloured, "\x1b[1;31mworse:\x1b[0m rest") {
		t.Errorf("no colour:\n%q", coloured)
	}
}

func TestDiffOfOneReleaseSpeaksOfBaseAndNew(t *testing.T) {
	text := drawnDiff(t, newer(t, false), Options{Width: 200})
	holds(t, text, "worse: rest in 2.3.5 mode-2, 2.3.5 mode-2-auth", "\n    base   ✓ confirmed", "\n    new    ✗! refuted, NEW")
}

func TestDiffOfTheSame(t *testing.T) {
	d, err := results.Compare(sample(), sample())
	if err != nil {
		t.Fatal(err)
	}
	holds(t, drawnDiff(t, d, Options{}), "\nnothing changed; 32 cases stayed\n")
	only := sample()
	only.Results = only.Results[:16]
	if d, err = results.Compare(only, sample()); err != nil {
		t.Fatal(err)
	}
	holds(t, drawnDiff(t, d, Options{Width: 200}), "only new has 2.3.5 in mode-0, mode-2, mode-2-auth (16 results)", "\nnothing else changed; 16 cases stayed\n")
}

func TestDiffSaysWhatIsSo(t *testing.T) {
	r := results.Result{Verdict: harness.Refuted, Finding: "REST answers everybody.", Want: "served", Saw: "not-offered", Reason: "it was gone"}
	if got, want := seen(&r), "✗! refuted, NEW: REST answers everybody, not-offered where served was wanted: it was gone"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDiffNamesAFewOfManyCases(t *testing.T) {
	d := newer(t, true)
	for _, name := range strings.Fields("a b c d e f g h") {
		r := *d.Claims[0].Changes[0].New
		r.Case = name
		d.Claims[0].Changes = append(d.Claims[0].Changes, results.CaseDiff{Trend: results.Appeared, New: &r})
	}
	holds(t, drawnDiff(t, d, Options{Width: 300}), "f in mode-2; and 2 more\n")
}

func TestDiffMarkdownStandsForItself(t *testing.T) {
	var b strings.Builder
	if err := DiffMarkdown(&b, newer(t, true), sampleClaims()); err != nil {
		t.Fatal(err)
	}
	holds(t, b.String(), "## What changed", "**2.3.5 → 2.5.4: 2 claims changed (", "| claim |  | case | 2.3.5 | 2.5.4 |",
		`\[31m \| there`, "| worse | rest in mode-2, mode-2-auth |")
	for l := range strings.Lines(b.String()) {
		if cells := strings.Count(strings.ReplaceAll(l, `\|`, ""), "|"); strings.HasPrefix(l, "|") && cells != 6 {
			t.Errorf("a row of %d bars: %s", cells, l)
		}
	}
}

func TestDiffJSONIsWhole(t *testing.T) {
	var b strings.Builder
	if err := DiffJSON(&b, newer(t, true)); err != nil {
		t.Fatal(err)
	}
	var d results.Diff
	if err := json.Unmarshal([]byte(b.String()), &d); err != nil {
		t.Fatal(err)
	}
	if d.Schema != results.DiffSchema || len(d.Claims) != 2 || d.Claims[0].Changes[0].New.Evidence.Log == "" || d.Stayed != 12 {
		t.Errorf("got %+v", d)
	}
}
