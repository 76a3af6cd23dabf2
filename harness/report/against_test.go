package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// earlierRun is the sample as it was when one claim less was confirmed.
func earlierRun() *results.Results {
	r := sample()
	r.Results[0].Verdict, r.Results[0].Expected = harness.Refuted, false
	return &r
}

func TestARunSaysWhatChangedSinceItsBase(t *testing.T) {
	dir := t.TempDir()
	if err := Write(dir, earlierRun(), sample(), sampleClaims()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, MarkdownFile))
	if err != nil {
		t.Fatal(err)
	}
	holds(t, string(text), "# Milvus TLS, claim by claim", "## What changed", "1 claim changed (1 case better)")
	var b strings.Builder
	if err := Terminal(&b, earlierRun(), sample(), sampleClaims(), Options{}); err != nil {
		t.Fatal(err)
	}
	holds(t, b.String(), "better: grpc in 2.2.16 mode-0", "1 claim changed (1 case better)")
}

func TestWithoutABaseNothingIsCompared(t *testing.T) {
	base, err := ReadBase("")
	if base != nil || err != nil {
		t.Fatalf("%v, %v", base, err)
	}
	var text strings.Builder
	if err := Terminal(&text, base, sample(), sampleClaims(), Options{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String(), "1 claim changed") {
		t.Error("the summary names changes")
	}
}

func TestABaseThatCannotBeReadIsOneLine(t *testing.T) {
	_, err := ReadBase(filepath.Join(t.TempDir(), "none.json"))
	oneLine(t, err, "compare with an earlier run", "none.json", "no such file")
}
