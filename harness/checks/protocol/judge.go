package protocol

import (
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/handshake"
)

var _ = checks.JudgedBy(judge)

var wants = []harness.Outcome{Refused, NamedAlert, Agreed, Answered, Pending, TurnedAway, ClientLeft}

// judge compares the outcome with what the rule requires of a server, provided that the server
// then served a good client. That the server exited is proof by itself.
func judge(c Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	f := e.Saw.(*Facts)
	p, _ := handshake.Lookup(c.Probe) // it was found when it was sent
	served, control := f.good()
	switch {
	case !slices.Contains(wants, want):
		return checks.LeaveOpen(harness.CauseCaseMisfit, "a probe's outcome cannot be "+want.String())
	case f.Missed:
		return checks.LeaveOpen(harness.CauseNotObserved, "the server did not answer the hello before it"+because(f))
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseNotObserved, "nothing was observed")
	case saw == Crashed:
		return checks.Refute(f.said())
	case !served:
		return checks.LeaveOpen(harness.CauseControlFailed, f.said()+", but "+control)
	case f.fits(want, p.Alerts):
		return checks.Confirm(f.said() + "; " + control)
	case saw == harness.NothingListens, saw == harness.FailedInClient, saw == harness.ClosedWithoutAlert && want != NamedAlert, saw == ClientLeft:
		// An overloaded server drops clients without an alert.
		return checks.LeaveOpen(saw.Cause(), f.said())
	}
	return checks.Refute(f.said() + wanted(want, p.Alerts) + "; " + control)
}

func because(f *Facts) string {
	if f.Alert != nil {
		return checks.Bracketed(f.Alert.String())
	}
	return checks.Bracketed(string(f.End))
}

func wanted(want harness.Outcome, alerts []int) string {
	if want != NamedAlert || alerts == nil {
		return ""
	}
	return fmt.Sprintf(", and the rule names alert %s", oneOf(alerts))
}

func oneOf(alerts []int) (text string) {
	for i, a := range alerts {
		if i > 0 {
			text += " or "
		}
		text += fmt.Sprint(a)
	}
	return text
}
