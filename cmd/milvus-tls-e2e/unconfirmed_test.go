package main

import (
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/claims"
)

func TestUnconfirmedVerdictsAreNamed(t *testing.T) {
	for version, want := range map[string]string{
		"2.3.5": "", "2.4.23": "no server of the line has been judged", "2.6.999": "sdk-data-path", "2.99.0": "no server of the line is known",
	} {
		got, err := unconfirmed([]harness.Server{{Version: version}})
		if err != nil || (want == "") != (len(got) == 0) || !strings.Contains(strings.Join(got, ""), want) {
			t.Errorf("%s: %q, %v; want %q", version, got, err, want)
		}
		if want != "" && !strings.Contains(got[0], "Milvus "+version) {
			t.Errorf("%s is not named in %q", version, got)
		}
	}
}

func TestUnconfirmedClaimsAreClaims(t *testing.T) {
	releases, err := versions.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range releases {
		for _, id := range v.Unconfirmed.Claims {
			if id != results.Any && !slices.ContainsFunc(claims.All(), func(c harness.Claim) bool { return c.ID == id }) {
				t.Errorf("%s: there is no claim %s", v.Version, id)
			}
		}
	}
}
