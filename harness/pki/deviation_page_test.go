package pki

import (
	"fmt"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/doctable"
)

// The page lists what is tried, as it is.
func TestThePageListsTheDeviations(t *testing.T) {
	doctable.Check(t, "../../docs/negatives.md", "TestThePageListsTheDeviations -update -->\n", "<!-- end -->", deviationTable())
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
