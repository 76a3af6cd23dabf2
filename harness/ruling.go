package harness

import "errors"

// causeOf is why nothing was observed, where the error says so itself.
func causeOf(err error) Cause {
	var says interface{ Cause() Cause }
	if errors.As(err, &says) {
		return says.Cause()
	}
	return CauseNotObserved
}

// Unobserved rules that nothing was observed, and says why.
func Unobserved(err error) Ruling { return LeaveOpen(causeOf(err), err.Error()) }

// A Ruling is a verdict with its reason and, where it is inconclusive, the cause.
type Ruling struct {
	Verdict Verdict
	Cause   Cause
	Reason  string
}

// Confirm rules that the server does what the claim says.
func Confirm(reason string) Ruling { return Ruling{Verdict: Confirmed, Reason: reason} }

// Refute rules that the server does otherwise.
func Refute(reason string) Ruling { return Ruling{Verdict: Refuted, Reason: reason} }

// PassOver rules that the case cannot be asked of what was seen.
func PassOver(reason string) Ruling { return Ruling{Verdict: NotApplicable, Reason: reason} }

// LeaveOpen rules that the proof is incomplete.
func LeaveOpen(cause Cause, reason string) Ruling {
	return Ruling{Verdict: Inconclusive, Cause: cause, Reason: reason}
}
