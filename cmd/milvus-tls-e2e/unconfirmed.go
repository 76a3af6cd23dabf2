package main

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/results"
)

// unconfirmed describes which verdicts are not yet confirmed on servers' releases, one sentence
// for each release.
func unconfirmed(servers []harness.Server) ([]string, error) {
	known, err := versions.All()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, s := range servers {
		v, err := versions.Find(known, s.Version)
		if err != nil {
			return nil, err
		}
		if v.Like != "" && milvus.Line(v.Like) != milvus.Line(v.Version) {
			v.Unconfirmed = versions.Unconfirmed{Claims: []string{results.Any}, Because: "no server of the line is known"}
		}
		if line := unconfirmedOf(v); line != "" {
			all = append(all, line)
		}
	}
	return all, nil
}

func unconfirmedOf(v versions.Release) string {
	what := strings.Join(v.Unconfirmed.Claims, ", ")
	switch {
	case what == "":
		return ""
	case slices.Contains(v.Unconfirmed.Claims, results.Any):
		return fmt.Sprintf("nobody has confirmed a verdict on Milvus %s yet: %s", v.Version, v.Unconfirmed.Because)
	}
	return fmt.Sprintf("nobody has confirmed the verdicts on Milvus %s of these claims yet: %s (%s)", v.Version, what, v.Unconfirmed.Because)
}
