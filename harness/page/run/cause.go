package run

import (
	"regexp"
	"strings"
)

// mark separates the outputs of a block's commands; printMark has a shell print it.
const (
	mark      = "\x1e\n"
	printMark = `printf '\036\n' >&2`
)

// lastCommand is what the last command of a block printed: the one that failed,
// where one did.
func lastCommand(output string) string {
	if at := strings.LastIndex(output, mark); at >= 0 {
		return output[at+len(mark):]
	}
	return output
}

// complaint matches the beginning of a tool's error line: its name, or the place in the script.
var (
	complaint = regexp.MustCompile(`^(?:[\w./-]+: )+(?:line )?(?:\d+: )?\S`)
	inScript  = regexp.MustCompile(`^(?:\S+: (?:line )?\d+: )?\S*block\.sh: (?:(?:line )?\d+: )?`)
)

// failureWords are the words of tools' error messages in English, the language they are run with
// here.
var failureWords = []string{"error", "not found", "no such file", "denied", "invalid", "unknown", "cannot", "can't", "unable", "could not", "fail", "refused", "missing"}

// cause returns the output line with the reason of a failure: the first line that begins with a
// tool's name and contains a failure word, then the first that contains one, and the last if the
// command did fail.
func cause(output string, failed bool) string {
	named, last := "", ""
	for _, line := range strings.Split(output, "\n") {
		if line = strings.TrimSpace(short(line)); line == "" {
			continue
		}
		line = inScript.ReplaceAllString(line, "")
		if namesAFailure(line) {
			if complaint.MatchString(line) {
				return line
			}
			if named == "" {
				named = line
			}
		}
		last = line
	}
	switch {
	case named != "":
		return named
	case failed:
		return last
	}
	return ""
}

func namesAFailure(line string) bool {
	low := strings.ToLower(line)
	if strings.HasPrefix(low, "traceback") {
		return false
	}
	for _, word := range failureWords {
		if strings.Contains(low, word) {
			return true
		}
	}
	return false
}
