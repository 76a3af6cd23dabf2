//go:build !e2e

package suites

import (
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/suites/claims"
)

// upgrading are faults of a server that takes over from another.
var upgrading = []mutant{
	{fault: standin.DoesNotTakeOver, told: in("mode-2"), refutes: of("upgrade-finishes-drops", "upgrade-starts"), upgrade: true},
	{fault: standin.TripsOverDrops, told: in("mode-2"), refutes: of("upgrade-finishes-drops"), upgrade: true},
	{fault: standin.LosesRowsOnUpgrade, told: in("mode-0"), refutes: of("upgrade-keeps-data"), upgrade: true},
	{fault: standin.SearchChangedByUpgrade, told: in("mode-1"), upgrade: true, refutes: of("sdk-data-path", "upgrade-keeps-data", "upgrade-keeps-verdicts")},
	{fault: standin.ForgetsUsersOnUpgrade, told: in("mode-2-auth"), refutes: of("upgrade-keeps-logins"), upgrade: true},
	{fault: standin.OpensPlaintextAfterUpgrade, told: in("mode-2"), upgrade: true,
		refutes: of("plain-client-refused", "upgrade-keeps-tls", "upgrade-keeps-verdicts", "upgrade-starts")},
	{fault: standin.FailedStartCorrupts, told: in("mode-1"), refutes: of("upgrade-failed-start-keeps-data"), upgrade: true},
	{fault: standin.ShutsOutOldClients, told: in("mode-1"), refutes: of("upgrade-bounded-gap"), upgrade: true},
	{fault: standin.ReadsOldSettingsOtherwise, told: in("mode-1"), refutes: of("upgrade-keeps-settings"), upgrade: true},
	{fault: standin.StartsPastASkippedStep, told: in("mode-2"), refutes: of("upgrade-steps"), upgrade: true, how: skipping},
	{fault: standin.ReplacedInPlaintext, told: in("cluster-mode-2"), upgrade: true, how: rolledOver,
		refutes: of("plain-client-refused", "upgrade-keeps-tls", "upgrade-keeps-verdicts", "upgrade-rolling-keeps-tls", "upgrade-starts")},
	{fault: standin.NeverComesBack, told: in("cluster-mode-1"), upgrade: true, how: rolledOver, refutes: of("upgrade-rolling-serves")},
	{fault: standin.ReplacedProxyDropsClients, told: in("cluster-mode-2"), upgrade: true, how: rolledOver, refutes: of("upgrade-rolling-serves")},
	{fault: standin.LosesRowsOnReturn, told: in("mode-2"), refutes: of("upgrade-rollback"), upgrade: true, how: returning},
}

// A step is a kind of upgrade. The zero value is one that the documentation has.
type step string

const (
	rolledOver step = "rolling"   // one component of a cluster after the other
	skipping   step = "skipping"  // a release that the documentation wants in between
	returning  step = "returning" // from the new release to the old one, as the documentation promises
	down       step = "down"      // a downgrade
)

// of returns the upgrade from one server to the other, which is told what it has to
// know of the step.
func (s step) of(from, to *harness.Server) *plan.Upgrade {
	u := &plan.Upgrade{From: from.Version, To: to.Version, Stop: 1, Down: s == down, Returns: s == returning, Rolling: s == rolledOver}
	if s == skipping {
		u.Skipped = []string{to.Version}
		to.Where = map[string]string{standin.WhereFirst: to.Version}
	}
	return u
}

func (m mutant) trial(certs *pki.CertSet, full bool) trial {
	x := trial{certs: certs, clients: m.clients(), topologies: m.told, faults: []standin.Fault{m.fault}}
	if m.upgrade {
		x = trialOf(certs, m.how, m.told, m.fault)
	}
	x.about = lane(full, m.refutes)
	return x
}

// ordinary is what is judged of both servers besides the upgrade itself: what
// keeps its verdicts in common, and not every claim once more for every fault.
var ordinary = of("mode-0-plain", "mode-2-both", "plain-client-refused", "sdk-data-path", "served-cert-is-configured")

// upgraded judges an upgrade of stand-ins in some topologies.
func upgraded(t *testing.T, certs *pki.CertSet, how step, names []string, faults ...standin.Fault) []results.Result {
	t.Helper()
	return trialOf(certs, how, names, faults...).judged(t)
}

func trialOf(certs *pki.CertSet, how step, names []string, faults ...standin.Fault) trial {
	asked := ordinary
	for _, c := range claims.All() {
		if strings.HasPrefix(c.ID, "upgrade-") {
			asked = append(asked, c.ID)
		}
	}
	both := servers()
	if how == rolledOver {
		both[0].Features = append(internalServers()[1].Features, both[0].Features...)
	}
	both[1].Features = both[0].Features
	both[0].Claims, both[1].Claims = asked, asked
	return trial{certs: certs, clients: inGo, topologies: names, faults: faults, servers: both, upgrade: how.of(&both[0], &both[1])}
}

func TestHonestDowngradeGivesEverythingBack(t *testing.T) {
	t.Parallel()
	for _, r := range upgraded(t, pkitest.CertSet(t), down, in("mode-2")) {
		if r.Case == "after a downgrade" && r.Verdict != harness.Confirmed && r.Verdict != harness.NotApplicable || r.Red() && r.Claim != "unknown-mode-refused" {
			t.Errorf("%s %s/%s is %v: %s", r.Version, r.Claim, r.Case, r.Verdict, r.Reason)
		}
	}
}

// A data loss that only the way back shows is noticed there.
func TestDowngradeThatLosesRowsIsNoticed(t *testing.T) {
	t.Parallel()
	refuted := by(upgraded(t, pkitest.CertSet(t), down, in("mode-0"), standin.LosesRowsOnUpgrade), harness.Refuted)
	if refuted["upgrade-failed-start-keeps-data"] == "" {
		t.Errorf("going back gave all rows back, after they were lost: %v", refuted)
	}
}

// What a downgrade that a page promises finds of the newer release's data is judged
// as that promise.
func TestAPromisedDowngradeIsJudged(t *testing.T) {
	t.Parallel()
	x := trialOf(pkitest.CertSet(t), down, in("mode-2"))
	x.upgrade.Returns = true
	seen := 0
	for _, r := range x.judged(t) {
		if r.Claim == "upgrade-rollback" && r.Verdict == harness.Confirmed {
			seen++
		}
	}
	if seen != 2 {
		t.Errorf("%d cases of it were confirmed, want its collections and its rows", seen)
	}
}

// A server that has a stub in its vector engine's place answers a search, and says
// what it is. Whichever of the two releases it is: what needs no rows is judged,
// what needs them is not, and every result says why.
func TestAnUpgradeWithoutAVectorEngineIsJudgedAllTheSame(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	kinds := map[string]func(s *harness.Server){
		"answers": func(s *harness.Server) {
			s.Where = map[string]string{standin.WhereEngine: standin.Stub}
			s.Features = append(slices.Clone(s.Features), harness.OwnBuild)
		},
		"is known": func(s *harness.Server) {
			s.Features = append(slices.Clone(s.Features), harness.NoVectorEngine)
		},
	}
	for which, without := range map[string][]int{"old": {0}, "new": {1}, "both": {0, 1}} {
		for how, lose := range kinds {
			t.Run(which+", "+how, func(t *testing.T) {
				t.Parallel()
				x := trialOf(certs, returning, in("mode-2-auth", "mode-2"))
				for i := range x.servers {
					x.servers[i].Claims = slices.DeleteFunc(slices.Clone(x.servers[i].Claims), func(id string) bool { return id == "sdk-data-path" })
				}
				for _, i := range without {
					lose(&x.servers[i])
				}
				engineless(t, x.judged(t))
			})
		}
	}
}

func engineless(t *testing.T, results []results.Result) {
	t.Helper()
	confirmed, rows := map[string]bool{}, 0
	for _, r := range results {
		confirmed[r.Claim] = confirmed[r.Claim] || r.Verdict == harness.Confirmed
		if r.Claim == "upgrade-keeps-data" && strings.HasPrefix(r.Case, "every row") && r.Topology == "mode-2" {
			if rows++; r.Verdict != harness.NotApplicable || !strings.Contains(r.Reason, "vector engine") {
				t.Errorf("%s: %s/%s is %v: %s", r.Version, r.Claim, r.Case, r.Verdict, r.Reason)
			}
		}
		if r.Red() {
			t.Errorf("%s %s: %s/%s is %v: %s", r.Version, r.Topology, r.Claim, r.Case, r.Verdict, r.Reason)
		}
	}
	for _, id := range of("upgrade-starts", "upgrade-keeps-data", "upgrade-keeps-logins", "upgrade-keeps-tls", "upgrade-keeps-verdicts", "upgrade-bounded-gap",
		"upgrade-finishes-drops", "upgrade-failed-start-keeps-data", "upgrade-rollback") {
		if !confirmed[id] {
			t.Errorf("%s was not judged", id)
		}
	}
	if rows == 0 {
		t.Error("nobody was to read rows")
	}
}
