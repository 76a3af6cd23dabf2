package handshake_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/handshake"
)

var update = flag.Bool("update", false, "write the table of docs/negatives.md again")

// The page lists what is said, as it is.
func TestThePageListsTheProbes(t *testing.T) {
	const page, begin, end = "../../docs/negatives.md", "TestThePageListsTheProbes -update -->\n", "<!-- end of probes -->"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(text), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("docs/negatives.md has no place for the table")
	}
	want := head + begin + table() + end + tail
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Error("docs/negatives.md is stale: go test ./harness/handshake -run TestThePageListsTheProbes -update")
	}
}

func table() string {
	names := map[handshake.Group]string{
		handshake.Weak: "weak", handshake.Legacy: "legacy", handshake.Violation: "violation", handshake.Unfinished: "unfinished",
		handshake.Plaintext: "plaintext", handshake.Tolerated: "tolerated", handshake.Optional: "optional", handshake.Left: "left",
	}
	var b strings.Builder
	b.WriteString("| a client that | rule | what it is | alerts that the rule names |\n|---|---|---|---|\n")
	for _, p := range handshake.Catalogue {
		alerts := strings.Trim(strings.ReplaceAll(fmt.Sprint(p.Alerts), " ", ", "), "[]")
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", p.Name, p.Clause, names[p.Group], alerts)
	}
	return b.String()
}
