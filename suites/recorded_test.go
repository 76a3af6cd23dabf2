//go:build !e2e

package suites

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/Masterminds/semver/v3"
	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/claims"
)

// Recordings are the releases of which it is known what real servers were judged to
// do, and in how many cases at least: topology, claim and case, each with the verdict
// and what was seen.
var recordings = map[string]int{"2.5.24": 800, "2.6.20": 880, "3.0.0": 480}

type recording map[string]map[string]map[string]string

func recorded(t *testing.T, version string) (r recording) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "recorded", version+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

// released returns a stand-in's server of a release, as the version file of its line
// describes it.
func released(t *testing.T, version string) harness.Server {
	t.Helper()
	releases, err := versions.All()
	if err != nil {
		t.Fatal(err)
	}
	line := milvus.Line(version)
	s := harness.Server{Version: version, Line: line, Provider: "standin", Storage: "object"}
	for _, v := range releases {
		if milvus.Line(v.Version) == line { // the newest comes last
			s.Features = append(v.Has(), harness.ShipsCA)
		}
	}
	number := semver.MustParse(version)
	for _, c := range claims.All() {
		since, err := semver.NewConstraint(cmpOr(c.Since, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if since.Check(number) {
			s.Claims = append(s.Claims, c.ID)
		}
	}
	return s
}

func cmpOr(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

// TestRealisticServersAreJudgedAsRealOnesWere judges stand-ins that behave as 2.5.24, 2.6.20
// and 3.0 do, and wants every verdict that those were given, for what was seen then; and,
// with what is known of each line, that nothing is red. Their failed starts end with a
// status that says so: what else they may end with is a race.
func TestRealisticServersAreJudgedAsRealOnesWere(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	known, err := fixtures.Expected()
	if err != nil {
		t.Fatal(err)
	}
	for version, least := range recordings {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			want := recorded(t, version)
			all := trial{
				certs: certs, clients: append(slices.Clone(inGo), harness.Curl), real: true, ending: standin.EndsPanicking,
				topologies: slices.Compact(slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(want)), realistic...)))),
				servers:    []harness.Server{released(t, version)},
			}.judged(t)
			same := 0
			for i := range all {
				r := &all[i]
				was := want[r.Topology][r.Claim][r.Case]
				is := r.Verdict.String() + " " + r.Saw
				switch {
				case was == "":
				case was == is:
					same++
				default:
					t.Errorf("%s: %s/%s: %s: %s; the real server: %s", r.Topology, r.Claim, r.Case, is, r.Reason, was)
				}
				if results.ApplyKnown(r, milvus.Line(version), known); r.Red() && slices.Contains(realistic, r.Topology) {
					t.Errorf("%s: %s/%s: %s %s: %s", r.Topology, r.Claim, r.Case, r.Verdict, r.Saw, r.Reason)
				}
			}
			if same < least {
				t.Errorf("%d verdicts are those of the real server, want %d", same, least)
			}
		})
	}
}

// realistic are the topologies in which certificates are the run's own, and in which
// lines differ.
var realistic = in("mode-0", "mode-1", "mode-2", "mode-1-rest-off", "mode-1-rest-unset", "mode-2-rest-equal", "mode-3",
	"internal", "internal-mode-2", "internal-wrong-sni", "internal-empty-sni", "internal-wrong-ca", "internal-missing-cert", "etcd-tls")
