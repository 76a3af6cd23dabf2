package steps

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A script is commands as a shell understands them.
type script struct {
	text  string
	file  *syntax.File // nil where no shell would run it
	calls []call
}

// A call is a simple command.
type call struct {
	words []string // its words as far as they are literal, else ""
	at    []int    // where each begins in the text
	end   int
}

// parse parses commands. A placeholder such as <name>, which a shell would read as redirections,
// counts as a word.
func parse(text string) script {
	s := script{text: text}
	if len(text) > maxScript {
		return s
	}
	file, err := parser().Parse(strings.NewReader(placeholder.ReplaceAllStringFunc(text, func(found string) string {
		return "_" + strings.ReplaceAll(found[1:len(found)-1], " ", "_") + "_"
	})), "")
	if err != nil {
		return s
	}
	s.file = file
	syntax.Walk(file, func(n syntax.Node) bool {
		if c, is := n.(*syntax.CallExpr); is && len(c.Args) > 0 {
			one := call{end: int(c.End().Offset())}
			for _, w := range c.Args {
				one.words, one.at = append(one.words, literal(w)), append(one.at, int(w.Pos().Offset()))
			}
			s.calls = append(s.calls, one)
		}
		return true
	})
	return s
}

// placeholder is a place for the reader's own value.
var placeholder = regexp.MustCompile(`<[A-Za-z][\w.-]*(?: [\w.-]+)*>`)

// literal is a word as a shell passes it on, or "" where that is only known at run time.
func literal(w *syntax.Word) string {
	var out strings.Builder
	for _, part := range w.Parts {
		switch p := part.(type) {
		case *syntax.Lit:
			out.WriteString(p.Value)
		case *syntax.SglQuoted:
			out.WriteString(p.Value)
		case *syntax.DblQuoted:
			inner := literal(&syntax.Word{Parts: p.Parts})
			if inner == "" && len(p.Parts) > 0 {
				return ""
			}
			out.WriteString(inner)
		default:
			return ""
		}
	}
	return out.String()
}

// runners run the command that follows them.
var runners = []string{"sudo", "doas", "exec", "command", "time", "nohup", "env", "nice"}

// programs returns the program of each command, those that a runner runs included.
func (s script) programs() (words []string) {
	for _, c := range s.calls {
		rest := c.words
		for len(rest) > 0 && rest[0] != "" {
			words = append(words, rest[0])
			if !slices.Contains(runners, rest[0]) {
				break
			}
			rest = rest[1:]
			for len(rest) > 0 && (strings.HasPrefix(rest[0], "-") || assigned.MatchString(rest[0])) {
				rest = rest[1:]
			}
		}
	}
	return words
}

var assigned = regexp.MustCompile(`^[A-Za-z_]\w*=`)

// operator begins what can only follow a command.
var operator = regexp.MustCompile(`^\s*(?:\||&&|;|\)|>|<)`)

// fragment reports whether the text is only part of a command.
func (s script) fragment() bool {
	first := strings.TrimSpace(s.text)
	if operator.MatchString(first) && s.file == nil {
		return true
	}
	return len(s.calls) > 0 && strings.HasPrefix(s.calls[0].words[0], "-") && strings.HasPrefix(first, s.calls[0].words[0])
}

// bare is the text without what a command is fed: heredocs and quoted text.
func (s script) bare() string {
	if s.file == nil {
		return s.text
	}
	text := []byte(s.text)
	blank := func(n syntax.Node) {
		for i := int(n.Pos().Offset()); i < min(int(n.End().Offset()), len(text)); i++ {
			if text[i] != '\n' {
				text[i] = ' '
			}
		}
	}
	syntax.Walk(s.file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Redirect:
			if n.Hdoc != nil {
				blank(n.Hdoc)
			}
		case *syntax.SglQuoted, *syntax.DblQuoted:
			blank(n)
		}
		return true
	})
	return string(text)
}

// Marked puts a command before each of a script's own commands, on the same line, to separate
// their outputs. The script is unchanged where that would affect it, or where no shell can parse
// it.
func Marked(text, mark string) string {
	s := parse(text)
	if s.file == nil || strings.Contains(text, "$?") {
		return text
	}
	for _, stmt := range slices.Backward(s.file.Stmts) {
		at := int(stmt.Pos().Offset())
		text = text[:at] + mark + "; " + text[at:]
	}
	return text
}

// The forms of an output block without a prompt.
var (
	tableHead = regexp.MustCompile(`^[A-Z][A-Z0-9()_-]*(?: [A-Z0-9()_-]+)*(?:\s{2,}[A-Z][A-Z0-9()_-]*(?: [A-Z0-9()_-]+)*)+\s*$`)
	httpHead  = regexp.MustCompile(`^(?:< )?HTTP/\d(?:\.\d)? \d{3}\b`)
	objects   = regexp.MustCompile(`(?m)^(?:[\w.-]+/[\w.-]+|[\w.]+ "[\w.-]+") (?:created|configured|unchanged|deleted|patched)\s*$`)
)

// isOutput reports whether a block is output: by its form, or, after commands of the same
// section, because no line begins as a command does.
func isOutput(s script, follows bool) bool {
	text := strings.TrimSpace(s.text)
	first, _, _ := strings.Cut(text, "\n")
	if json.Valid([]byte(text)) && strings.ContainsAny(text[:1], "{[") || tableHead.MatchString(first) || httpHead.MatchString(first) || objects.MatchString(text) {
		return true
	}
	return follows && !slices.ContainsFunc(strings.Split(text, "\n"), beginsACommand)
}

// assignment is a line that sets a variable, which what OpenSSL prints (subject=CN=x)
// is not.
var assignment = regexp.MustCompile(`^(?:export )?[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s=]*)$`)

func beginsACommand(line string) bool {
	words := strings.Fields(line)
	if len(words) == 0 {
		return false
	}
	return known.MatchString(words[0]) || builtins[words[0]] || refused[words[0]] != "" || assignment.MatchString(strings.TrimSpace(line)) || strings.Contains(words[0], "/") && !strings.Contains(words[0], "://")
}

// builtins are further words that commands of a page begin with: a shell's builtins, and
// programs of every system.
var builtins = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`. : [ ! { ( alias awk base64 basename break case chgrp chown command continue cut date df diff dirname
		do done du elif else env eval exec exit false fi find for function getent getopts grep head hostname id if install
		kill ln local mktemp more nc netstat node nohup npx nslookup od paste ping printenv ps pwd python python3 read
		readonly return sed select sleep sort source ss stat tail tee test then time timeout tr trap true type ulimit umask
		uname uniq unset unzip until wait wc which while whoami xargs xxd yes zip java javac go make keytool jq nginx`) {
		builtins[w] = true
	}
}
