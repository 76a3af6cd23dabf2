package steps

import (
	"slices"
	"strings"
)

// fileTools work on files alone and need no root in the page's own folder.
var fileTools = []string{"mkdir", "cp", "mv", "rm", "ln", "touch", "chmod", "cat", "ls", "tee", "openssl", "sh", "bash", "install"}

// withoutRoot returns why the commands cannot be run, and removes sudo from those that only work
// on files of the page's folder.
func (s *Step) withoutRoot(sc script) string {
	for _, w := range sc.programs() {
		if why := refused[w]; why != "" && why != root {
			return why + " (" + w + ")"
		}
	}
	text := sc.text
	for _, c := range slices.Backward(sc.calls) {
		switch {
		case refused[c.words[0]] != root:
			continue
		case !ownFiles(c.words[1:]):
			return root + " (" + c.words[0] + ")"
		}
		text = text[:c.at[0]] + text[c.at[1]:]
	}
	if text != s.Typed {
		s.Typed = text
		s.Notes = append(s.Notes, "without sudo: the folder is the page's own")
	}
	return ""
}

// ownFiles reports whether a command works on files in or below the folder that it
// starts in.
func ownFiles(words []string) bool {
	if len(words) == 0 || !slices.Contains(fileTools, words[0]) && !strings.HasPrefix(words[0], "./") {
		return false
	}
	return !slices.ContainsFunc(words[1:], func(w string) bool {
		return strings.HasPrefix(w, "/") || strings.HasPrefix(w, "~") || strings.Contains(w, "..")
	})
}
