package run

import (
	"regexp"
	"strings"
)

// mark stands in an output between what one command of a block prints and what the
// next does; printMark has a shell print it.
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

// complaint is how a tool begins the line that says why it failed: with its name,
// or with the place in the script.
var (
	complaint = regexp.MustCompile(`^(?:[\w./-]+: )+(?:line )?(?:\d+: )?\S`)
	inScript  = regexp.MustCompile(`^(?:\S+: (?:line )?\d+: )?\S*block\.sh: (?:(?:line )?\d+: )?`)
)

// failureWords stand in what tools say when they fail, in the languages that they
// are run with here: English.
var failureWords = []string{"error", "not found", "no such file", "denied", "invalid", "unknown", "cannot", "can't", "unable", "could not", "fail", "refused", "missing"}

// cause returns the line of an output that says why a command failed: the first that
// a tool begins with its name and that names a failure, then the first that names
// one at all, and where the command did fail the last.
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
