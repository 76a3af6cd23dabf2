package handshake_test

import (
	"fmt"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/doctable"
	"milvus-tls-e2e/harness/handshake"
)

// The page lists what is said, as it is.
func TestThePageListsTheProbes(t *testing.T) {
	doctable.Check(t, "../../docs/negatives.md", "TestThePageListsTheProbes -update -->\n", "<!-- end of probes -->", table())
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
