package harness

import (
	"fmt"
	"strings"
)

// An Upgrade is what a run upgrades: every topology from one release to
// another, each of which is one of the plan's servers.
type Upgrade struct {
	From string  `json:"from"` // core version
	To   string  `json:"to"`   // core version; older than From in a downgrade
	Down bool    `json:"down"` // To is older
	Stop float64 `json:"stop"` // seconds that the operator waits after SIGTERM, before SIGKILL

	// Skipped are the releases that the documentation wants in between, oldest
	// first; none for a step that it has.
	Skipped []string `json:"skipped,omitempty"`
	// Returns tells that the documentation promises the way from the newer of the
	// two to the older.
	Returns bool `json:"returns,omitempty"`
}

// features are what an upgrade offers to the claims of a cell.
func (u *Upgrade) features(version string) []Feature {
	if u == nil || version != u.To {
		return nil
	}
	all := []Feature{Upgraded, StepDocumented}
	if len(u.Skipped) > 0 {
		all[1] = StepSkipped
	}
	if u.Down {
		all = append(all, Downgraded)
	}
	switch {
	case u.Returns && u.Down:
		all = append(all, RolledBack)
	case u.Returns:
		all = append(all, Returnable)
	}
	return all
}

// Steps says which releases the documentation wants on the way, in its order.
func (u *Upgrade) Steps() string {
	steps := []string{u.From}
	for _, s := range u.Skipped {
		steps = append(steps, s+" or later")
	}
	return strings.Join(append(steps, u.To), ", ")
}

// A UpgradeCheck is a look at an upgrade: at one thing that an operator wants to
// find as it was. It is planned in the cells of the release upgraded to.
type UpgradeCheck struct {
	Aspect UpgradeAspect
	Change ConfigChange // what is changed of the new server, in upgrades that start servers of their own
}

// UpgradeAspect is what an upgrade looks at.
type UpgradeAspect string

// The concerns.
const (
	AspectStart     UpgradeAspect = "start"     // the new release's start on the old one's data
	AspectSchemas   UpgradeAspect = "schemas"   // every collection, with its fields and indexes
	AspectRows      UpgradeAspect = "rows"      // every row, by its primary key
	AspectSearches  UpgradeAspect = "searches"  // the top hits of a search for every row
	AspectLogins    UpgradeAspect = "logins"    // a user's password, and a wrong one
	AspectIntruders UpgradeAspect = "intruders" // clients that no server may serve, trying throughout
	AspectClients   UpgradeAspect = "clients"   // clients that stay connected throughout
	AspectVerdicts  UpgradeAspect = "verdicts"  // the verdicts of all other claims
	AspectSettings  UpgradeAspect = "settings"  // the old release's milvus.yaml on the new one
	AspectDrops     UpgradeAspect = "drops"     // the new release's start where collections were dropped right before the old one was stopped
	AspectReturn    UpgradeAspect = "return"    // the old release started again: after a start that failed, or a downgrade
)

var aspectWords = map[UpgradeAspect]string{
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
func (p UpgradeCheck) Resolve(Topology) Check { return p }

// Traits give that it is judged once the upgrade is over, and whether it starts servers of
// its own and stops them.
func (p UpgradeCheck) Traits(Topology) Traits {
	t := Traits{Phase: PhaseUpgraded}
	switch p.Aspect {
	case AspectVerdicts:
		t.Phase = PhaseCompared
	case AspectSettings:
		t.Servers = 1
	case AspectDrops:
		t.Servers, t.Stops = 1, true
	case AspectReturn:
		if p.Change != (ConfigChange{}) {
			t.Servers, t.Stops = 1, true
		}
	default:
	}
	return t
}

// Subject gives the client that checks, at gRPC's port.
func (p UpgradeCheck) Subject() Subject {
	client := Raw
	switch p.Aspect {
	case AspectSchemas, AspectRows, AspectSearches, AspectLogins, AspectClients, AspectReturn, AspectDrops:
		client = Go
	case AspectStart, AspectIntruders, AspectVerdicts, AspectSettings:
	}
	return Subject{Client: client, Port: GRPC, Identity: Good}
}

// String says what the upgrade does, for reports.
func (p UpgradeCheck) String() string {
	words := aspectWords[p.Aspect]
	if p.Change != (ConfigChange{}) {
		words += ", with " + p.Change.String()
	}
	return words
}

// Shutdown is how a server was stopped.
type Shutdown struct {
	Seconds float64 `json:"seconds"` // until it had ended
	Bound   float64 `json:"bound"`   // seconds between SIGTERM and SIGKILL
	Killed  bool    `json:"killed"`  // the bound was reached
	Status  int     `json:"status"`  // its exit status
}

// String says how the stop went, for reports.
func (h Shutdown) String() string {
	if h.Killed {
		return fmt.Sprintf("did not end within %.0f s of SIGTERM and was killed", h.Bound)
	}
	return fmt.Sprintf("ended %.1f s after SIGTERM", h.Seconds)
}

// A UpgradeFacts is what an upgrade saw.
type UpgradeFacts struct {
	From        string   `json:"from"`
	To          string   `json:"to"`
	Compared    int      `json:"compared"` // how many rows, searches, clients... were compared
	Differences []string `json:"differences,omitempty"`
	More        int      `json:"more,omitempty"` // further differences that are not listed
	Notes       []string `json:"notes,omitempty"`

	Shutdown *Shutdown `json:"shutdown,omitempty"` // how the old server was stopped
	Boot     float64   `json:"boot,omitempty"`     // seconds until the new one was ready
	Loading  float64   `json:"loading,omitempty"`  // seconds after that in which it reported collections as not loaded
	Settling float64   `json:"settling,omitempty"` // seconds after that in which it took no new collections
	Said     string    `json:"answer,omitempty"`   // what a search was answered meanwhile
	Outages  []Outage  `json:"outages,omitempty"`
}

// Outage is how long one client was not served, and why it thinks that it was not.
type Outage struct {
	Client  string         `json:"client"`  // the client, and what it asks for
	Calls   int            `json:"calls"`   // how many calls it made in all
	Refused float64        `json:"refused"` // seconds between the last answer before and the first after
	Resumed float64        `json:"resumed"` // of these, after the new server was ready, and had loaded where the call needs that
	Never   bool           `json:"never"`   // it was not served again
	Errors  map[string]int `json:"errors,omitempty"`
}

// MostDifferences is how many differences a result spells out.
const MostDifferences = 8

// Differ adds a difference, or counts it where enough are spelled out.
func (u *UpgradeFacts) Differ(format string, args ...any) {
	if len(u.Differences) >= MostDifferences {
		u.More++
		return
	}
	u.Differences = append(u.Differences, fmt.Sprintf(format, args...))
}

func init() { RegisterFacts(func() Facts { return &UpgradeFacts{} }) }

// Kind is "upgrade".
func (u *UpgradeFacts) Kind() string { return "upgrade" }

// Control tells nothing: nothing else is held against such facts.
func (*UpgradeFacts) Control() (bool, string) { return false, "there is no control" }

// Record adds nothing: the facts say it all.
func (*UpgradeFacts) Record(*Evidenced) {}

// Outcome is what the facts show.
func (u *UpgradeFacts) Outcome() Outcome {
	switch {
	case len(u.Differences) > 0:
		return Altered
	case u.Compared == 0:
		return ""
	}
	return Kept
}

var _ = JudgedBy(judgeUpgradeCheck)

// judgeUpgradeCheck wants everything to be as it was. The new release's own start is judged as any
// start is.
func judgeUpgradeCheck(p UpgradeCheck, want, saw Outcome, e Evidence) Ruling {
	if p.Aspect == AspectStart {
		return JudgeStart(Start{}, want, saw, e)
	}
	u := e.Saw.(*UpgradeFacts)
	switch {
	case !saw.Valid():
		return LeaveOpen(CauseNotObserved, "nothing was observed")
	case want != Kept:
		return LeaveOpen(CauseCaseMisfit, "a passage cannot come to "+want.String())
	case saw == Kept:
		return Confirm(strings.Join(append([]string{fmt.Sprintf("%d compared, all as before", u.Compared)}, u.Notes...), "; "))
	}
	reason := strings.Join(append(append([]string{}, u.Differences...), u.Notes...), "; ")
	if u.More > 0 {
		reason += fmt.Sprintf("; and %d more", u.More)
	}
	return Refute(fmt.Sprintf("of %d compared: %s", u.Compared, reason))
}

// What an upgrade from one release to another can come to.
const (
	Kept    Outcome = "kept"    // all that was compared is as it was
	Altered Outcome = "altered" // some of it is not
)

var _ = DefineOutcomes(map[Outcome]Meaning{
	Kept:    {Summary: "as it was"},
	Altered: {Summary: "not as it was"},
})
