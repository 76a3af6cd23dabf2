package harness

import (
	"fmt"
	"slices"
)

// judgeHSTS judges the Strict-Transport-Security header of what REST answers over
// TLS: any answer of the API has it.
func judgeHSTS(saw Outcome, e Evidence) Ruling {
	b := e.Saw.(*StartResult)
	switch saw {
	case NeverReady:
		return LeaveOpen(CauseNotReady, fmt.Sprintf("it was neither ready nor ended after %.1f s", b.Seconds))
	case NotStarted:
		return Refute(fmt.Sprintf("it ended with status %d: %s", b.Status, b.Cause))
	default:
	}
	i := slices.IndexFunc(b.Survey, func(s SurveyEntry) bool {
		return s.Port == HTTP && s.Client == REST && s.Transport == TransportTLS && answeredByAPI(s.Outcome)
	})
	if i < 0 {
		return LeaveOpen(CauseNotObserved, "it started, and REST answered nothing over TLS")
	}
	sent, configured := headerSummary(b.Survey[i].HSTS), headerSummary(e.HSTS)
	if sent != configured {
		return Refute(fmt.Sprintf("REST's answers over TLS have %s; configured is %s", sent, configured))
	}
	return Confirm("REST's answers over TLS have " + sent)
}

func headerSummary(value string) string {
	if value == "" {
		return "no Strict-Transport-Security header"
	}
	return fmt.Sprintf("the Strict-Transport-Security header %q", value)
}
