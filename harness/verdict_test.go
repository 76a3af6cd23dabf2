package harness

import (
	"os"
	"strings"
	"testing"
)

// A reader of an inconclusive result looks its cause up in the documents.
func TestEveryCauseIsNamedAndDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/inconclusive.md")
	if err != nil {
		t.Fatal(err)
	}
	for c := Cause(1); c < causeEnd; c++ {
		var read Cause
		if name := c.String(); read.UnmarshalText([]byte(name)) != nil || read != c || !strings.Contains(string(page), "| `"+name+"` |") {
			t.Errorf("cause %d, %q, is not read back or not in docs/inconclusive.md", c, name)
		}
	}
	if rows := strings.Count(string(page), "\n| `"); rows != int(causeEnd)-1 {
		t.Errorf("docs/inconclusive.md has %d causes, and there are %d", rows, causeEnd-1)
	}
}
