// Package snippet is about running what a page prints, as printed.
package snippet

import (
	"fmt"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// Facts is what running something that a page prints came to.
type Facts struct {
	harness.StandAlone

	Seconds float64  `json:"seconds"`           // until it had ended
	Status  int      `json:"status"`            // exit status; 128 plus the signal's number where a signal ended it
	Ended   string   `json:"ended,omitempty"`   // why the harness ended it; empty where it exited by itself
	Cause   string   `json:"cause,omitempty"`   // the output line with the reason of a failure
	Tool    string   `json:"tool,omitempty"`    // the tool that it depends on, and its version
	Left    []string `json:"left,omitempty"`    // the files that it made or changed
	Missing []string `json:"missing,omitempty"` // files that it should have made, and did not

	Manifest string   `json:"manifest,omitempty"` // the kind of a manifest that was read instead of run; empty for all else
	Findings []string `json:"findings,omitempty"` // what is wrong with a manifest
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "snippet".
func (x *Facts) Kind() string { return "snippet" }

// Outcome is what the facts show.
func (x *Facts) Outcome() harness.Outcome {
	if x.Status != 0 || x.Ended != "" || len(x.Missing) > 0 || len(x.Findings) > 0 {
		return FailedToRun
	}
	return Ran
}

// A Check runs something that a page prints, as printed.
type Check struct {
	Client harness.Client
	Port   harness.Port
	As     string // the identity of a client that the page prints
	What   string // a description of what is run
}

// Resolve returns the check itself: what a page prints leaves nothing to the topology.
func (s Check) Resolve(harness.Topology) harness.Check { return s }

// Traits are those of any check of the cell's server.
func (Check) Traits(harness.Topology) harness.Traits { return harness.Traits{} }

// Subject returns the client that the page prints, where it prints one.
func (s Check) Subject() harness.Subject {
	return harness.Subject{Client: s.Client, Port: s.Port, Identity: s.As}
}

func (s Check) String() string { return s.What }

var _ = checks.JudgedBy(judge)

// judge requires a page's snippet to run. A client also needs the control: a server that serves
// no client proves nothing about the snippet.
func judge(_ Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	if want != Ran {
		return checks.LeaveOpen(harness.CauseCaseMisfit, "running something cannot come to "+want.String())
	}
	told := e.Saw.(*Facts).summary()
	if saw == Ran {
		return checks.Confirm(told)
	}
	if e.Control == nil && e.ControlErr == nil {
		return checks.Refute(told)
	}
	served, control := e.ControlServed()
	if !served {
		return checks.LeaveOpen(e.ControlCause(), told+"; "+control)
	}
	return checks.Refute(told + "; " + control)
}

func (x *Facts) summary() string {
	switch more := len(x.Findings) - 1; {
	case more > 0:
		return fmt.Sprintf("check-manifest finds: %s (and %d more)", x.Findings[0], more)
	case more == 0:
		return "check-manifest finds: " + x.Findings[0]
	case x.Manifest != "":
		return "check-manifest finds nothing that keeps it from working in what it reads"
	}
	var parts []string
	switch {
	case x.Ended != "":
		parts = append(parts, x.Ended)
	default:
		parts = append(parts, fmt.Sprintf("it ended with status %d", x.Status))
	}
	if x.Cause != "" && x.Outcome() == FailedToRun {
		parts[0] += ": " + x.Cause
	}
	if len(x.Missing) > 0 {
		parts = append(parts, "it did not make "+strings.Join(x.Missing, ", "))
	}
	if len(x.Left) > 0 {
		parts = append(parts, "it left "+strings.Join(x.Left, ", "))
	}
	if x.Tool != "" {
		parts = append(parts, "with "+x.Tool)
	}
	return strings.Join(parts, "; ")
}

// What running something that a page prints can come to.
const (
	Ran         harness.Outcome = "ran"           // it exited with status 0 and left what it should
	FailedToRun harness.Outcome = "failed-to-run" // it did not
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Ran:         {Summary: "run to its end"},
	FailedToRun: {Summary: "run, and failed"},
})
