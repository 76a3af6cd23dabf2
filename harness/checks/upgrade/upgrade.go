// Package upgrade is about what an operator wants to find as it was after an upgrade.
package upgrade

import (
	"fmt"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
)

// A Check examines one aspect of an upgrade that an operator expects to be preserved. It belongs
// to the cells of the release upgraded to.
type Check struct {
	Aspect Aspect
	Change harness.ConfigChange // what is changed of the new server, in upgrades that start servers of their own
}

// Aspect is the part of an upgrade that is examined.
type Aspect string

// The concerns.
const (
	AspectStart     Aspect = "start"     // the new release's start on the old one's data
	AspectSchemas   Aspect = "schemas"   // every collection, with its fields and indexes
	AspectRows      Aspect = "rows"      // every row, by its primary key
	AspectSearches  Aspect = "searches"  // the top hits of a search for every row
	AspectLogins    Aspect = "logins"    // a user's password, and a wrong one
	AspectIntruders Aspect = "intruders" // clients that no server may serve, trying throughout
	AspectClients   Aspect = "clients"   // clients that stay connected throughout
	AspectVerdicts  Aspect = "verdicts"  // the verdicts of all other claims
	AspectSettings  Aspect = "settings"  // the old release's milvus.yaml on the new one
	AspectDrops     Aspect = "drops"     // the new release's start where collections were dropped right before the old one was stopped
	AspectReturn    Aspect = "return"    // the old release started again: after a start that failed, or a downgrade
)

var aspectWords = map[Aspect]string{
	AspectSchemas:   "listing and describing every collection",
	AspectStart:     "starting the new release on what the old one left",
	AspectRows:      "reading every row by its primary key",
	AspectSearches:  "searching for every row",
	AspectLogins:    "logging in with right and with wrong passwords",
	AspectIntruders: "clients that may not be served, throughout",
	AspectClients:   "clients that stay connected, throughout",
	AspectVerdicts:  "judging every other claim before and after",
	AspectSettings:  "starting the new release with the old one's milvus.yaml",
	AspectDrops:     "dropping collections, stopping the old release at once and starting the new one",
	AspectReturn:    "starting the old release again and reading everything back",
}

// Resolve returns the upgrade itself: it leaves nothing to the topology.
func (p Check) Resolve(harness.Topology) harness.Check { return p }

// Traits give that it is judged once the upgrade is over, and whether it starts servers of
// its own and stops them.
func (p Check) Traits(harness.Topology) harness.Traits {
	t := harness.Traits{Phase: harness.PhaseUpgraded}
	switch p.Aspect {
	case AspectVerdicts:
		t.Phase = harness.PhaseCompared
	case AspectSettings:
		t.Servers = 1
	case AspectDrops:
		t.Servers, t.Stops = 1, true
	case AspectReturn:
		if p.Change != (harness.ConfigChange{}) {
			t.Servers, t.Stops = 1, true
		}
	default:
	}
	return t
}

// Subject returns the client that checks, at gRPC's port.
func (p Check) Subject() harness.Subject {
	client := harness.Raw
	switch p.Aspect {
	case AspectSchemas, AspectRows, AspectSearches, AspectLogins, AspectClients, AspectReturn, AspectDrops:
		client = harness.Go
	case AspectStart, AspectIntruders, AspectVerdicts, AspectSettings:
	}
	return harness.Subject{Client: client, Port: harness.GRPC, Identity: harness.Good}
}

func (p Check) String() string {
	words := aspectWords[p.Aspect]
	if p.Change != (harness.ConfigChange{}) {
		words += ", with " + p.Change.String()
	}
	return words
}

// Facts is what an upgrade saw.
type Facts struct {
	harness.StandAlone

	From        string   `json:"from"`
	To          string   `json:"to"`
	Compared    int      `json:"compared"` // how many rows, searches, clients... were compared
	Differences []string `json:"differences,omitempty"`
	More        int      `json:"more,omitempty"` // further differences that are not listed
	Notes       []string `json:"notes,omitempty"`

	Shutdown *harness.Shutdown   `json:"shutdown,omitempty"` // how the old server was stopped
	Boot     float64             `json:"boot,omitempty"`     // seconds until the new one was ready
	Loading  float64             `json:"loading,omitempty"`  // seconds after that in which it reported collections as not loaded
	Settling float64             `json:"settling,omitempty"` // seconds after that in which it took no new collections
	Said     string              `json:"answer,omitempty"`   // what a search was answered meanwhile
	Outages  []connection.Outage `json:"outages,omitempty"`
}

// MostDifferences is how many differences a result spells out.
const MostDifferences = 8

// Differ adds a difference, or counts it where enough are spelled out.
func (u *Facts) Differ(format string, args ...any) {
	if len(u.Differences) >= MostDifferences {
		u.More++
		return
	}
	u.Differences = append(u.Differences, fmt.Sprintf(format, args...))
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "upgrade".
func (u *Facts) Kind() string { return "upgrade" }

// Outcome is what the facts show.
func (u *Facts) Outcome() harness.Outcome {
	switch {
	case len(u.Differences) > 0:
		return Altered
	case u.Compared == 0:
		return ""
	}
	return Kept
}

var _ = checks.JudgedBy(judge)

// judge wants everything to be as it was. The new release's own start is judged as any
// start is.
func judge(p Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	if p.Aspect == AspectStart {
		return start.Judge(start.Check{}, want, saw, e)
	}
	u := e.Saw.(*Facts)
	switch {
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseNotObserved, "nothing was observed")
	case want != Kept:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "an upgrade cannot come to "+want.String())
	case saw == Kept:
		return checks.Confirm(strings.Join(append([]string{fmt.Sprintf("%d compared, all as before", u.Compared)}, u.Notes...), "; "))
	}
	reason := strings.Join(append(append([]string{}, u.Differences...), u.Notes...), "; ")
	if u.More > 0 {
		reason += fmt.Sprintf("; and %d more", u.More)
	}
	return checks.Refute(fmt.Sprintf("of %d compared: %s", u.Compared, reason))
}

// What an upgrade from one release to another can come to.
const (
	Kept    harness.Outcome = "kept"    // all that was compared is as it was
	Altered harness.Outcome = "altered" // some of it is not
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Kept:    {Summary: "as it was"},
	Altered: {Summary: "not as it was"},
})
