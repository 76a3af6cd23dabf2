package resilience

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/connection"
)

// Facts is what a resilience check saw.
type Facts struct {
	harness.StandAlone

	Identity string         `json:"showed,omitempty"`  // the hostile certificate
	Idle     Idle           `json:"idle,omitempty"`    // the idle connections
	Tried    int            `json:"tried"`             // clients or connections
	Reached  int            `json:"reached"`           // those that showed the certificate, or got as far as they should
	Served   int            `json:"served,omitempty"`  // those that the API answered although they showed a hostile certificate
	Ends     map[string]int `json:"ends,omitempty"`    // how the others ended, by alert or End
	Seconds  float64        `json:"seconds,omitempty"` // in all
	Longest  float64        `json:"longest,omitempty"` // seconds that the longest client with a hostile certificate took
	Held     int            `json:"held,omitempty"`    // connections that the server still held when good clients came
	Before   []HealthCheck  `json:"before,omitempty"`  // good clients before anything was done
	After    []HealthCheck  `json:"after,omitempty"`   // good clients after it, or while the connections were held
	Again    []HealthCheck  `json:"again,omitempty"`   // the same once more, where one of those was not served, and nothing is held any more
	Exited   bool           `json:"exited,omitempty"`  // the server's process ended
	Status   int            `json:"status,omitempty"`  // its exit status
	Last     string         `json:"last,omitempty"`    // what it logged of the cause, or last
}

// A HealthCheck is what came of one good client.
type HealthCheck struct {
	Client  harness.Client  `json:"client"`
	Outcome harness.Outcome `json:"outcome"`
	Seconds float64         `json:"seconds"`
	Detail  string          `json:"detail,omitempty"`
}

func healthSummary(all []HealthCheck) string {
	var words []string
	for _, g := range all {
		words = append(words, fmt.Sprintf("%s was %s in %.2f s%s", g.Client, g.Outcome.Summary(), g.Seconds, checks.Bracketed(g.Detail)))
	}
	return strings.Join(words, ", ")
}

// AllServed reports whether there were good clients, and each was served.
func AllServed(all []HealthCheck) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(g HealthCheck) bool { return g.Outcome != harness.Served })
}

// End counts how a client or a connection ended.
func (e *Facts) End(how string) {
	if e.Ends == nil {
		e.Ends = map[string]int{}
	}
	e.Ends[how]++
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "resilience".
func (e *Facts) Kind() string { return "resilience" }

// Outcome is Survived or NotSurvived, or none where the resilience check shows neither.
func (e *Facts) Outcome() harness.Outcome {
	switch {
	case e.open() != "":
		return ""
	case e.Exited, e.Served > 0, !AllServed(e.After):
		return NotSurvived
	}
	return Survived
}

func (e *Facts) open() string {
	switch {
	case !AllServed(e.Before):
		return "no good client was served before it either" + checks.Bracketed(healthSummary(e.Before))
	case e.Served > 0:
		return ""
	case e.Reached == 0:
		return "nothing of it reached the server" + checks.Bracketed(checks.Tally(e.Ends))
	case e.Exited:
		return ""
	case !AllServed(e.After) && !e.keptOut():
		return "afterwards " + healthSummary(e.After) + ", and once more " + healthSummary(e.Again)
	case !AllServed(e.After):
		return ""
	case e.Idle != "" && e.Held == 0:
		return "the server held none of the connections when good clients came" + checks.Bracketed(checks.Tally(e.Ends))
	case e.Idle == "" && e.Reached < e.Tried:
		return fmt.Sprintf("only %d of %d clients got to show the certificate%s", e.Reached, e.Tried, checks.Bracketed(checks.Tally(e.Ends)))
	case e.Ends[string(connection.EndTimeout)] > 0:
		return "not every client was answered" + checks.Bracketed(checks.Tally(e.Ends))
	}
	return ""
}

// keptOut reports whether the server, rather than a slow machine, failed a good client: it
// refused the client, or served none while connections were held, or serves none any more.
func (e *Facts) keptOut() bool {
	i := slices.IndexFunc(e.After, func(g HealthCheck) bool { return g.Outcome != harness.Served })
	switch {
	case i < 0, e.After[i].Outcome == harness.FailedInClient:
		return false
	case e.After[i].Outcome.ByServer(), e.Idle != "":
		return true
	}
	return len(e.Again) > 0 && !AllServed(e.Again)
}

func (e *Facts) done() string {
	if e.Idle != "" {
		return fmt.Sprintf("with %d of %d connections held open %s", e.Held, e.Tried, e.Idle)
	}
	return fmt.Sprintf("it was shown %s, and never served%s, in at most %.2f s", checks.Times(e.Reached), checks.Bracketed(checks.Tally(e.Ends)), e.Longest)
}

var _ = checks.JudgedBy(judge)

// judge judges a resilience check by what the server did to good clients, who were served
// before it.
func judge(_ Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	o := e.Saw.(*Facts)
	switch {
	case want != Survived:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "a resilience check cannot come to "+want.String())
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseOtherOutcome, o.open())
	case saw == Survived:
		return checks.Confirm(o.done() + "; " + healthSummary(o.After))
	case o.Served > 0:
		return checks.Refute(fmt.Sprintf("of %d clients with this certificate, %d were served", o.Tried, o.Served))
	case o.Exited && o.Idle != "":
		return checks.Refute(fmt.Sprintf("%s the server ended with status %d%s", o.done(), o.Status, checks.Bracketed(o.Last)))
	case o.Exited:
		return checks.Refute(fmt.Sprintf("it was shown %s, and the server ended with status %d%s", checks.Times(o.Reached), o.Status, checks.Bracketed(o.Last)))
	}
	reason := o.done() + "; " + healthSummary(o.After)
	if len(o.Again) > 0 {
		reason += map[bool]string{true: "; once they were gone ", false: "; once more "}[o.Idle != ""] + healthSummary(o.Again)
	}
	return checks.Refute(reason)
}
