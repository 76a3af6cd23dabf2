package run

import (
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/plan"
)

// In an upgrade every server may be followed by another, which waits for the
// sessions of one that was killed: they are as long as the release has them.
func TestServersOfAnUpgradeAreFollowed(t *testing.T) {
	for upgrade, want := range map[*plan.Upgrade]bool{nil: false, {From: "2.3.5", To: "2.6.20"}: true} {
		c := &cell{Scheduler: &Scheduler{Config: Config{Plan: plan.Plan{Inputs: plan.Inputs{Upgrade: upgrade}}}}}
		if l := c.launch("m", harness.Topology{}, start.Check{}); l.Followed != want {
			t.Errorf("with the upgrade %v a server is followed: %t", upgrade, l.Followed)
		}
	}
}
