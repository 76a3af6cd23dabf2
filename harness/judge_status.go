package harness

import "fmt"

// judgeFailureStatus judges the exit status of a start that fails. One that does
// not fail, or that has not ended, has none: whether it should have is what other
// claims say.
func judgeFailureStatus(saw Outcome, e Evidence) Ruling {
	b := e.Saw.(*StartResult)
	switch {
	case saw == NeverReady:
		return PassOver(fmt.Sprintf("it did not end within %.1f s, so it has no status", b.Seconds))
	case saw != NotStarted:
		return PassOver("it started, so it has no status")
	case b.Status == 0:
		return Refute("its start failed, and it ended with status 0, as after an ordinary stop")
	}
	return e.ConfirmWithControl(fmt.Sprintf("its start failed, and it ended with status %d", b.Status))
}
