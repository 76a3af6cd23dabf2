package start

import (
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// judgeHSTS judges the Strict-Transport-Security header of what REST answers over
// TLS: any answer of the API has it.
func judgeHSTS(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	switch saw {
	case NeverReady:
		return b.undecided()
	case NotStarted:
		return checks.Refute(fmt.Sprintf("it ended with status %d: %s", b.Status, b.Cause))
	default:
	}
	i := slices.IndexFunc(b.Survey, func(s SurveyEntry) bool {
		return s.Port == harness.HTTP && s.Client == harness.REST && s.Transport == harness.TransportTLS && answeredByAPI(s.Outcome)
	})
	if i < 0 {
		return checks.LeaveOpen(harness.CauseNotObserved, "it started, and REST answered nothing over TLS")
	}
	sent, configured := headerSummary(b.Survey[i].HSTS), headerSummary(e.HSTS)
	if sent != configured {
		return checks.Refute(fmt.Sprintf("REST's answers over TLS have %s; configured is %s", sent, configured))
	}
	return checks.Confirm("REST's answers over TLS have " + sent)
}

func headerSummary(value string) string {
	if value == "" {
		return "no Strict-Transport-Security header"
	}
	return fmt.Sprintf("the Strict-Transport-Security header %q", value)
}
