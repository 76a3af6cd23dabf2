package start

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// Bound is how many seconds a server may take to exit over a file that it cannot use, on a
// machine where good servers are ready by then.
const Bound = 10.0

var _ = checks.JudgedBy(Judge)

// Judge judges what the start came to.
func Judge(s Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	switch want {
	case NotStarted:
		return judgeNotStarted(saw, e)
	case RESTExplained:
		return judgeRESTExplained(saw, e)
	case InternalOverTLS:
		return judgeInternal(saw, e)
	case InternalLogged, Unready, UnreadyShown, FailedClosed, OddShown, OddNamed, Operable:
		return judgeComponents(s.Port, want, saw, e)
	case FailureStatus:
		return judgeFailureStatus(saw, e)
	case HSTSAsConfigured:
		return judgeHSTS(saw, e)
	case LockedOut:
		return judgeLockedOut(saw, e)
	case StartedTLS, StartedPlain:
		switch {
		case saw == NeverReady:
			return b.undecided()
		case saw == NotStarted:
			return checks.Refute(b.ended())
		case saw == StartedUnserving && b.hung(harness.Raw):
			return checks.LeaveOpen(harness.CauseTimedOut, "it started, and left gRPC's clients without an answer")
		case saw != want:
			return checks.Refute("it started and serves " + b.ServedSummary())
		case want == StartedTLS && !b.showed(e.ConfiguredCert):
			return checks.Refute("it started, and shows another certificate than the configured one")
		case want == StartedTLS && b.plainREST():
			return checks.Refute("it started and serves " + b.ServedSummary())
		case want == StartedTLS && b.servesNobody():
			return checks.Refute("it started, and serves a client without a certificate")
		}
		return checks.Confirm("it started and serves " + b.ServedSummary())
	default:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "a start cannot come to "+want.String())
	}
}

func (b *Facts) showed(configured string) bool {
	for _, s := range b.Survey {
		if s.Client == harness.Raw && s.Port == harness.GRPC && s.Transport == harness.TransportTLS && s.Outcome == harness.Served {
			return s.ServerCert == configured
		}
	}
	return false
}

// judgeNotStarted judges a server that should exit. If even a good server is ready only after
// the bound here, a server that exits earlier is in time.
func judgeNotStarted(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	switch {
	case saw == NeverReady:
		return judgeHanging(e)
	case saw == StartedTLS && e.ConfiguredCert != "" && !b.showed(e.ConfiguredCert):
		return checks.Refute("it started and serves " + b.ServedSummary() + ", with another certificate than the configured one")
	case saw != NotStarted:
		return checks.Refute("it started and serves " + b.ServedSummary())
	case b.Seconds > max(Bound, e.ReadySeconds) && e.ReadySeconds > Bound:
		return checks.LeaveOpen(harness.CauseSlowMachine, fmt.Sprintf("it ended only after %.1f s, on a machine where the repaired one took %.1f s to be ready", b.Seconds, e.ReadySeconds))
	case b.Seconds > max(Bound, e.ReadySeconds):
		return checks.Refute(fmt.Sprintf("it ended only after %.1f s", b.Seconds))
	case b.Cause == "" && (len(e.Names) > 0 || !b.Canceled):
		return checks.Refute(b.unexplained())
	case len(e.Names) > 0 && !holdsAny(b.Cause, e.Names):
		return checks.Refute(fmt.Sprintf("it ended with status %d, but its reason names neither file nor setting: %s", b.Status, b.Cause))
	case b.Cause == "":
		// A 2.6.20 refuses a mode with status 0 and its reason, or with 134 before
		// it has logged it: a race, and one refusal.
		return e.ConfirmWithControl(fmt.Sprintf("it ended with status %d after %.1f s, and canceled its own start without saying why (%s)", b.Status, b.Seconds, b.LastLine))
	}
	return e.ConfirmWithControl(fmt.Sprintf("it ended with status %d after %.1f s: %s", b.Status, b.Seconds, b.Cause))
}

// undecided rules on a server that came to nothing while it was waited for.
func (b *Facts) undecided() checks.Ruling {
	return checks.LeaveOpen(harness.CauseNotReady, fmt.Sprintf("it was neither ready nor ended after %.1f s", b.Seconds))
}

func (b *Facts) ended() string {
	return fmt.Sprintf("it ended with status %d: %s", b.Status, b.Why())
}

func (b *Facts) unexplained() string {
	reason := fmt.Sprintf("it ended with status %d and gave no reason", b.Status)
	if b.LastLine != "" {
		reason += "; its last line is: " + b.LastLine
	}
	return reason
}

// judgeHanging judges a server that should have exited and keeps trying. Only the control
// distinguishes it from a server that is slow here. One that was watched for less than the bound
// may still have exited.
func judgeHanging(e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	reason := fmt.Sprintf("it neither ended nor became ready within %.1f s", b.Seconds)
	if b.TLSError != "" {
		reason += ", and its log says: " + b.TLSError
	}
	if bound := max(Bound, e.ReadySeconds); b.Seconds < bound {
		return checks.LeaveOpen(harness.CauseSlowMachine, fmt.Sprintf("%s, but it had %.1f s", reason, bound))
	}
	served, control := e.ControlServed()
	if !served {
		return checks.LeaveOpen(e.ControlCause(), reason+", but "+control)
	}
	return checks.Refute(reason + "; " + control)
}

// hung reports whether a client got no answer, so that its outcome is unknown.
func (b *Facts) hung(speaks harness.Client) bool {
	return slices.ContainsFunc(b.Survey, func(s SurveyEntry) bool {
		return s.Client == speaks && s.Identity == "" && s.Outcome == harness.TimedOut
	})
}

func judgeRESTExplained(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	switch {
	case saw == NeverReady:
		return b.undecided()
	case saw == NotStarted && b.Cause != "":
		return e.ConfirmWithControl(b.ended())
	case saw == NotStarted:
		return checks.Refute(b.unexplained())
	case len(b.Serves(harness.REST, harness.HTTP)) > 0 || len(b.Serves(harness.REST, harness.GRPC)) > 0:
		return checks.Confirm("it serves " + b.ServedSummary())
	case b.Says != "":
		return checks.Confirm("REST is not served, and the server says so: " + b.Says)
	case b.hung(harness.REST):
		return checks.LeaveOpen(harness.CauseTimedOut, "it started and serves "+b.ServedSummary()+", and left REST's clients without an answer")
	}
	return checks.Refute("it started and serves " + b.ServedSummary() + "; REST is served nowhere, and no line of the log says so")
}

func holdsAny(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, strings.ToLower(w)) {
			return true
		}
	}
	return false
}
