package steps

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// sessions are the languages of blocks that show a terminal: lines without a prompt are output.
var sessions = []string{"console", "shell-session", "shellsession", "sh-session", "terminal"}

// prompt matches a terminal's prompt: a sign, perhaps after an environment and a user with a
// machine and a folder.
var (
	prompt     = regexp.MustCompile(`^\s*(?:\([\w.-]+\)\s*)?(?:[\w.-]+@[\w.-]+[:\s][^$#%\n]{0,80}|\[[^\]\n]{1,80}\]\s*|(?:ba|z|da)?sh-[\d.]+)?[$%❯➜]\s+`)
	rootPrompt = regexp.MustCompile(`^\s*(?:[\w.-]+@[\w.-]+[:\s][^$#%\n]{0,80}|\[[^\]\n]{1,80}\]\s*|(?:ba|z|da)?sh-[\d.]+)#\s+`)
	bareRoot   = regexp.MustCompile(`^\s*#\s+`)
	more       = regexp.MustCompile(`^\s*>\s?`)
)

// typed returns what a reader types of a block: of a terminal the commands, without
// the prompts before them and the output between them. shown reports whether
// anything was left out.
func typed(text, lang string) (commands string, prompted, shown bool) {
	signs := []*regexp.Regexp{prompt, rootPrompt}
	lines := strings.Split(text, "\n")
	behind := func(line string) (string, bool) {
		for _, sign := range signs {
			if at := sign.FindStringIndex(line); at != nil {
				return line[at[1]:], true
			}
		}
		return "", false
	}
	any := func() bool {
		return slices.ContainsFunc(lines, func(line string) bool { _, is := behind(line); return is })
	}
	if prompted = any(); !prompted {
		if !slices.Contains(sessions, lang) {
			return text, false, false
		}
		signs = append(signs, bareRoot) // elsewhere it begins a comment
		if prompted = any(); !prompted {
			return "", false, true
		}
	}
	var out, open []string
	for _, line := range lines {
		rest, is := behind(line)
		switch {
		case is && len(open) == 0:
			open = []string{rest}
		case len(open) > 0:
			open = append(open, more.ReplaceAllString(line, ""))
		case strings.TrimSpace(line) != "":
			shown = true
		}
		if len(open) > 0 && (len(open) > maxGoesOn || !unfinished(strings.Join(open, "\n"))) {
			out, open = append(out, open...), nil
		}
	}
	return strings.Join(append(out, open...), "\n") + "\n", true, shown
}

// The bounds of what is read as a shell reads it: a command behind a prompt is read
// again with each line that it goes on for, and nesting costs the parser its stack.
const (
	maxGoesOn = 200      // lines
	maxScript = 32 << 10 // bytes
)

func unfinished(command string) bool {
	if strings.HasSuffix(command, `\`) {
		return true
	}
	if len(command) > maxScript {
		return false
	}
	_, err := parser().Parse(strings.NewReader(command+"\n"), "")
	return syntax.IsIncomplete(err)
}

func parser() *syntax.Parser { return syntax.NewParser(syntax.Variant(syntax.LangBash)) }
