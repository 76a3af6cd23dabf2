package standin

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// shown is what a journal shows.
func shown(j *logBuffer) string {
	text, _, _ := j.since(0)
	return string(text)
}

func TestAJournalHoldsWhatLoggersWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := &logBuffer{}
		j.log("at once\n")
		j.hold(true)
		j.log("held\n")
		_, _ = j.Write([]byte("panic: past the logger\n"))
		if got := shown(j); got != "at once\npanic: past the logger\n" {
			t.Errorf("it shows %q", got)
		}
		time.Sleep(heldFor - time.Millisecond)
		synctest.Wait()
		if strings.Contains(shown(j), "held") {
			t.Error("it shows too early what it holds")
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if !strings.HasSuffix(shown(j), "held\n") {
			t.Errorf("it shows %q", shown(j))
		}
		j.log("held again\n")
		j.log(strings.Repeat("x", heldBytes))
		if !strings.Contains(shown(j), "held again\n") {
			t.Error("it holds more than it has room for")
		}
		j.log("lost\n")
		j.lose()
		time.Sleep(2 * heldFor)
		synctest.Wait()
		if strings.Contains(shown(j), "lost") {
			t.Error("it shows what was lost")
		}
		j.log("after the end\n")
		if !strings.HasSuffix(shown(j), "after the end\n") {
			t.Error("it holds what is written after the end")
		}
	})
}

var unfilled = regexp.MustCompile(`\{[a-z]+\}`)

// Every line has every section, and in them no place is left that nobody fills.
func TestEveryLineHasItsPhrases(t *testing.T) {
	t.Parallel()
	filled := strings.NewReplacer("{time}", "", "{zulu}", "", "{error}", "", "{name}", "", "{at}", "", "{sni}", "")
	for _, b := range behaviors {
		for _, other := range behaviors {
			for section := range other.logs.sections {
				if len(b.logs.sections[section]) == 0 {
					t.Errorf("%s has no section %q, which %s has", b.line, section, other.line)
				}
			}
		}
		for section, lines := range b.logs.sections {
			for _, line := range lines {
				if rest := filled.Replace(line); unfilled.MatchString(rest) {
					t.Errorf("%s %q: nobody fills %s", b.line, section, unfilled.FindString(rest))
				}
			}
		}
	}
}
