package checks

import (
	"errors"

	"milvus-tls-e2e/harness"
)

func causeOf(err error) harness.Cause {
	var says interface{ Cause() harness.Cause }
	if errors.As(err, &says) {
		return says.Cause()
	}
	return harness.CauseNotObserved
}

// Unobserved rules that nothing was observed, because of err.
func Unobserved(err error) Ruling { return LeaveOpen(causeOf(err), err.Error()) }

// A Ruling is a verdict with its reason and, where it is inconclusive, the cause.
type Ruling struct {
	Verdict harness.Verdict
	Cause   harness.Cause
	Reason  string
}

// Confirm rules that the server does what the claim says.
func Confirm(reason string) Ruling { return Ruling{Verdict: harness.Confirmed, Reason: reason} }

// Refute rules that the server does otherwise.
func Refute(reason string) Ruling { return Ruling{Verdict: harness.Refuted, Reason: reason} }

// PassOver rules that the case cannot be asked of what was seen.
func PassOver(reason string) Ruling { return Ruling{Verdict: harness.NotApplicable, Reason: reason} }

// LeaveOpen rules that the proof is incomplete.
func LeaveOpen(cause harness.Cause, reason string) Ruling {
	return Ruling{Verdict: harness.Inconclusive, Cause: cause, Reason: reason}
}
