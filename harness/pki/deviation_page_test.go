package pki

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of docs/negatives.md again")

// The page lists what is tried, as it is.
func TestThePageListsTheDeviations(t *testing.T) {
	const page, begin, end = "../../docs/negatives.md", "-update -->\n", "<!-- end -->"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(text), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("docs/negatives.md has no place for the table")
	}
	want := head + begin + deviationTable() + end + tail
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Error("docs/negatives.md is stale: go test ./harness/pki -run TestThePageListsTheDeviations -update")
	}
}

func deviationTable() string {
	var b strings.Builder
	b.WriteString("| name | what differs from a good one | rule | binds | served by Go | OpenSSL |\n|---|---|---|---|---|---|\n")
	for _, d := range Deviations {
		served := "never"
		switch {
		case d.Go == EveryGo:
			served = "always"
		case d.Go.Since != "":
			served = "before " + d.Go.Before
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", d.Name, d.Defect, d.Clause, d.Binds, served, d.OpenSSL)
	}
	return b.String()
}
