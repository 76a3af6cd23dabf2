package start

import (
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// judgeFailureStatus judges the exit status of a start that fails. Whether it should have failed
// is for other claims.
func judgeFailureStatus(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	switch {
	case saw == NeverReady:
		return checks.PassOver(fmt.Sprintf("it did not end within %.1f s, so it has no status", b.Seconds))
	case saw != NotStarted:
		return checks.PassOver("it started, so it has no status")
	case b.Status == 0:
		return checks.Refute("its start failed, and it ended with status 0, as after an ordinary stop")
	}
	return e.ConfirmWithControl(fmt.Sprintf("its start failed, and it ended with status %d", b.Status))
}
