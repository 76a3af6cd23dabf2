//go:build !e2e

package suites

import (
	"testing"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness/plan"

	"github.com/Masterminds/semver/v3"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// Every step that the documentation has is taken, and the way back that it
// promises, between stand-ins of the releases themselves.
func TestEveryDocumentedStepIsJudged(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	known, err := versions.All()
	if err != nil {
		t.Fatal(err)
	}
	steps, err := fixtures.Steps()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		from, to  string
		confirmed []string
	}{
		{"2.3.5", "2.5.27", of("upgrade-starts", "upgrade-keeps-data")},
		{"2.5.27", "2.6.22", of("upgrade-starts", "upgrade-keeps-data")},
		{"2.6.22", "3.0.0", of("upgrade-starts", "upgrade-keeps-data", "upgrade-rollback")},
		{"3.0.0", "2.6.22", of("upgrade-starts", "upgrade-keeps-data", "upgrade-rollback", "upgrade-failed-start-keeps-data")},
		{"2.3.5", "2.6.22", of("upgrade-steps")},
	} {
		t.Run(tt.from+" to "+tt.to, func(t *testing.T) {
			t.Parallel()
			from, to := semver.MustParse(tt.from), semver.MustParse(tt.to)
			x := trialOf(certs, "", in("mode-2"))
			x.upgrade = &plan.Upgrade{From: tt.from, To: tt.to, Down: to.LessThan(from), Stop: 1, Skipped: fixtures.Skipped(steps, from, to)}
			x.upgrade.Returns = fixtures.Returns(steps, from, to) || fixtures.Returns(steps, to, from)
			if x.upgrade.Down {
				x.upgrade.Skipped = nil
			}
			for i, version := range []string{tt.from, tt.to} {
				v, err := versions.Find(known, version)
				if err != nil {
					t.Fatal(err)
				}
				x.servers[i].Version, x.servers[i].Line, x.servers[i].Features = version, milvus.Line(version), v.Has()
			}
			if len(x.upgrade.Skipped) > 0 {
				x.servers[1].Where = map[string]string{standin.WhereFirst: x.upgrade.Skipped[0]}
			}
			results := x.judged(t)
			for claim, why := range by(results, harness.Refuted, harness.Inconclusive, harness.Unjudged) {
				t.Errorf("%s: %s", claim, why)
			}
			confirmed := by(results, harness.Confirmed)
			for _, id := range tt.confirmed {
				if confirmed[id] == "" {
					t.Errorf("%s was not judged", id)
				}
			}
		})
	}
}
