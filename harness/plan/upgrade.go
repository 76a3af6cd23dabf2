package plan

import (
	"strings"

	"milvus-tls-e2e/harness"
)

// An Upgrade is what a run upgrades: every topology from one release to
// another, each of which is one of the plan's servers.
type Upgrade struct {
	From string  `json:"from"` // core version
	To   string  `json:"to"`   // core version; older than From in a downgrade
	Down bool    `json:"down"` // To is older
	Stop float64 `json:"stop"` // seconds that the operator waits after SIGTERM, before SIGKILL

	// Rolling tells that a cluster's components are replaced one after the other.
	Rolling bool `json:"rolling,omitempty"`

	// Skipped are the releases that the documentation wants in between, oldest
	// first; none for a step that it has.
	Skipped []string `json:"skipped,omitempty"`
	// Returns: the documentation supports the downgrade from the newer to the older release.
	Returns bool `json:"returns,omitempty"`
}

// Features are what an upgrade offers to the claims of a cell.
func (u *Upgrade) Features(version string) []harness.Feature {
	if u == nil || version != u.To {
		return nil
	}
	all := []harness.Feature{harness.Upgraded, harness.StepDocumented}
	if len(u.Skipped) > 0 {
		all[1] = harness.StepSkipped
	}
	if u.Down {
		all = append(all, harness.Downgraded)
	}
	if u.Rolling {
		all = append(all, harness.RolledOver)
	}
	switch {
	case u.Returns && u.Down:
		all = append(all, harness.RolledBack)
	case u.Returns:
		all = append(all, harness.Returnable)
	}
	return all
}

// Steps lists the releases that the documentation requires in between, in order.
func (u *Upgrade) Steps() string {
	steps := []string{u.From}
	for _, s := range u.Skipped {
		steps = append(steps, s+" or later")
	}
	return strings.Join(append(steps, u.To), ", ")
}
