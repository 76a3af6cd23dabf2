package rolling

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
)

// Facts is what such a change showed, step by step.
type Facts struct {
	harness.StandAlone

	Aspect Aspect `json:"aspect"` // what is looked at
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	Steps  []Step `json:"steps"`

	// The first pass that was not begun, because the cluster did not work after the one
	// before; empty where all were.
	Unbegun string `json:"unbegun,omitempty"`
}

// A Step is one component's turn, and what was seen after it.
type Step struct {
	Pass      string           `json:"pass"`      // what the components are being given
	Component string           `json:"component"` // whose turn it was
	Shutdown  harness.Shutdown `json:"shutdown"`  // how the one before was stopped
	Seconds   float64          `json:"seconds"`   // from its start until it said that it is well, or was waited for no longer

	Unwell []string `json:"unwell,omitempty"` // components whose health addresses do not say that they are well
	Ended  string   `json:"ended,omitempty"`  // the component that ended although it was nobody's turn
	Why    string   `json:"why,omitempty"`    // what the log says of the component whose turn it was, where it is not well

	Clients []connection.Outage `json:"clients,omitempty"` // how long each client was not served
	Schema  harness.Outcome     `json:"schema,omitempty"`  // what making and dropping a collection came to; empty where it was not tried
	Said    string              `json:"answer,omitempty"`  // what the client said about that

	Secured   []harness.Port      `json:"secured,omitempty"`   // the ports that are to speak TLS alone by now
	Ports     []start.SurveyEntry `json:"ports,omitempty"`     // what each port answered, in plaintext and over TLS
	Intruders map[string]int      `json:"intruders,omitempty"` // clients that nobody may serve, and how often they were served
}

// Broken reports whether the cluster did not work after the step.
func (s Step) Broken() bool { return len(s.lapses(Starts))+len(s.lapses(Serves)) > 0 }

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "rolling".
func (f *Facts) Kind() string { return "rolling" }

// Outcome is whether it was so at every step.
func (f *Facts) Outcome() harness.Outcome {
	switch {
	case len(f.Steps) == 0:
		return ""
	case len(f.lapses()) > 0:
		return Lapsed
	}
	return Throughout
}

// lapses says at which steps it was not so, in words.
func (f *Facts) lapses() (all []string) {
	for _, s := range f.Steps {
		for _, what := range s.lapses(f.Aspect) {
			all = append(all, fmt.Sprintf("after %s (%s): %s", s.Component, s.Pass, what))
		}
	}
	return all
}

func (s Step) lapses(of Aspect) (all []string) {
	switch of {
	case Starts:
		if s.Ended != "" {
			all = append(all, s.Ended+" ended")
		}
		if len(s.Unwell) > 0 {
			why := ""
			if slices.Contains(s.Unwell, s.Component) && s.Why != "" {
				why = ": " + s.Why
			}
			all = append(all, strings.Join(s.Unwell, ", ")+" not well"+why)
		}
	case Serves:
		for _, c := range s.Clients {
			if c.Never {
				all = append(all, fmt.Sprintf("%s, which stayed connected, was not served within %.0f s (%s)", c.Client, c.Refused, c.ErrorsSummary()))
			}
		}
	case Works:
		if s.Schema.Valid() && s.Schema != harness.Served {
			all = append(all, fmt.Sprintf("making a collection and dropping it was %s (%s)", s.Schema.Summary(), s.Said))
		}
	case Encrypts:
		for _, p := range s.Ports {
			if p.Transport == harness.TransportPlain && slices.Contains(s.Secured, p.Port) && answered(p.Outcome) {
				all = append(all, string(p.Port)+" answers in plaintext")
			}
		}
		for name, n := range s.Intruders {
			if n > 0 {
				all = append(all, fmt.Sprintf("%s was served %d times", name, n))
			}
		}
	}
	return all
}

// answered reports whether a call in plaintext was answered by the API, whatever it said.
func answered(o harness.Outcome) bool {
	switch o {
	case harness.Served, harness.NotOffered, harness.NotReady, harness.APIError, harness.RefusedCredentials:
		return true
	default:
		return false
	}
}

// asked reports whether anybody looked at the aspect at all.
func (f *Facts) asked() bool {
	return slices.ContainsFunc(f.Steps, func(s Step) bool {
		switch f.Aspect {
		case Serves:
			return len(s.Clients) > 0
		case Works:
			return s.Schema.Valid()
		case Encrypts:
			return len(s.Secured) > 0 && len(s.Ports) > 0
		default:
			return true
		}
	})
}

// longest returns the longest time for which a client was not served, in words.
func (f *Facts) longest() string {
	var most connection.Outage
	var at Step
	for _, s := range f.Steps {
		for _, c := range s.Clients {
			if c.Refused >= most.Refused {
				most, at = c, s
			}
		}
	}
	if most.Client == "" {
		return ""
	}
	return fmt.Sprintf("; longest not served: %s for %.1f s after %s (%s)", most.Client, most.Refused, at.Component, most.ErrorsSummary())
}

var _ = checks.JudgedBy(judge)

// mostLapses is how many a reason spells out.
const mostLapses = 6

func judge(c Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	f := e.Saw.(*Facts)
	switch {
	case !saw.Valid() || !f.asked():
		return checks.LeaveOpen(harness.CauseNotObserved, "nothing was observed of it")
	case want != Throughout:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "components that are replaced cannot come to "+want.String())
	}
	more := ""
	if f.Aspect == Serves {
		more = f.longest()
	}
	if saw == Throughout && f.Unbegun != "" {
		return checks.LeaveOpen(harness.CauseOtherOutcome, fmt.Sprintf("%q was not begun, because the cluster did not work after what came before", f.Unbegun))
	}
	if saw == Throughout {
		return checks.Confirm(fmt.Sprintf("%d components were replaced, one after the other%s", len(f.Steps), more))
	}
	lapses := f.lapses()
	text := strings.Join(lapses[:min(len(lapses), mostLapses)], "; ")
	if n := len(lapses) - mostLapses; n > 0 {
		text += fmt.Sprintf("; and %d more", n)
	}
	return checks.Refute(text + more)
}

// What replacing components one after the other can come to.
const (
	Throughout harness.Outcome = "throughout" // it was so after every step
	Lapsed     harness.Outcome = "lapsed"     // after some it was not
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Throughout: {Summary: "so after every step"},
	Lapsed:     {Summary: "not so after every step"},
})
