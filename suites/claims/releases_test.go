package claims

import (
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
)

// The clients are declared before the claims that have a case for each of their releases.
func TestClaimsKnowTheClientsReleases(t *testing.T) {
	t.Parallel()
	var seen []harness.ClientVersion
	for _, c := range All() {
		for _, one := range c.Cases {
			if a, is := one.Check.(harness.Attempt); is && a.Release != "" {
				seen = append(seen, harness.ClientVersion{Client: a.Client, Release: a.Release})
			}
		}
	}
	if len(harness.SDKs()) == 0 {
		t.Error("no client is declared")
	}
	for _, sdk := range harness.SDKs() {
		if len(sdk.Client.Releases()) > 1 && !slices.Contains(seen, sdk) {
			t.Errorf("no case is made with %s", sdk)
		}
	}
}
