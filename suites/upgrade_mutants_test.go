//go:build !e2e

package suites

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/suites/claims"
)

// upgrading are lies of a server that takes over from another.
var upgrading = []mutant{
	{lie: standin.DoesNotTakeOver, told: in("mode-2"), refutes: of("upgrade-finishes-drops", "upgrade-starts"), upgrade: true},
	{lie: standin.TripsOverDrops, told: in("mode-2"), refutes: of("upgrade-finishes-drops"), upgrade: true},
	{lie: standin.LosesRowsOnUpgrade, told: in("mode-0"), refutes: of("upgrade-keeps-data"), upgrade: true},
	{lie: standin.SearchChangedByUpgrade, told: in("mode-1"), upgrade: true, refutes: of("sdk-data-path", "upgrade-keeps-data", "upgrade-keeps-verdicts")},
	{lie: standin.ForgetsUsersOnUpgrade, told: in("mode-2-auth"), refutes: of("upgrade-keeps-logins"), upgrade: true},
	{lie: standin.OpensPlaintextAfterUpgrade, told: in("mode-2"), upgrade: true,
		refutes: of("plain-client-refused", "upgrade-keeps-tls", "upgrade-keeps-verdicts", "upgrade-starts")},
	{lie: standin.FailedStartCorrupts, told: in("mode-1"), refutes: of("upgrade-failed-start-keeps-data"), upgrade: true},
	{lie: standin.ShutsOutOldClients, told: in("mode-1"), refutes: of("upgrade-bounded-gap"), upgrade: true},
	{lie: standin.ReadsOldSettingsOtherwise, told: in("mode-1"), refutes: of("upgrade-keeps-settings"), upgrade: true},
}

func (m mutant) judged(t *testing.T, wallet *pki.Wallet) []harness.Result {
	if m.upgrade {
		return upgraded(t, wallet, false, m.told, m.lie)
	}
	return judged(t, wallet, m.clients(), m.told, m.lie)
}

// ordinary is what is judged of both servers besides the upgrade itself: what
// keeps its verdicts in common, and not every claim once more for every lie.
var ordinary = of("mode-0-plain", "mode-2-both", "plain-client-refused", "sdk-data-path", "served-cert-is-configured")

// upgraded judges an upgrade of stand-ins in some topologies.
func upgraded(t *testing.T, wallet *pki.Wallet, down bool, names []string, lies ...standin.Lie) []harness.Result {
	t.Helper()
	asked := ordinary
	for _, c := range claims.All() {
		if strings.HasPrefix(c.ID, "upgrade-") {
			asked = append(asked, c.ID)
		}
	}
	both := servers()
	both[1].Features = both[0].Features
	both[0].Claims, both[1].Claims = asked, asked
	return trial{
		wallet: wallet, clients: inGo, topologies: names, lies: lies, servers: both,
		upgrade: &harness.Upgrade{From: both[0].Version, To: both[1].Version, Down: down, Stop: 1},
	}.judged(t)
}

func TestHonestDowngradeGivesEverythingBack(t *testing.T) {
	for _, r := range upgraded(t, newWallet(t), true, in("mode-2")) {
		if r.Case == "after a downgrade" && r.Verdict != harness.Confirmed && r.Verdict != harness.NotApplicable || r.Red() && r.Claim != "unknown-mode-refused" {
			t.Errorf("%s %s/%s is %v: %s", r.Version, r.Claim, r.Case, r.Verdict, r.Reason)
		}
	}
}

// A data loss that only the way back shows is noticed there.
func TestDowngradeThatLosesRowsIsNoticed(t *testing.T) {
	refuted := by(upgraded(t, newWallet(t), true, in("mode-0"), standin.LosesRowsOnUpgrade), harness.Refuted)
	if refuted["upgrade-failed-start-keeps-data"] == "" {
		t.Errorf("going back gave all rows back, after they were lost: %v", refuted)
	}
}
