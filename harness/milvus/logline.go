package milvus

import (
	"bytes"
	"encoding/json"
	"iter"
	"regexp"
	"slices"
	"strings"
)

// A level is how loud a log line is.
type level int

const (
	unlevelled level = iota // of what no logger wrote: a panic, a library's output
	quiet                   // trace, debug, info
	warn
	grave // error
	fatal // and what ends the process: panic, fatal
)

var levels = map[string]level{
	"TRACE": quiet, "DEBUG": quiet, "INFO": quiet, "WARN": warn, "WARNING": warn, "ERROR": grave, "DPANIC": fatal, "PANIC": fatal, "FATAL": fatal,
	"I": quiet, "W": warn, "E": grave, "F": fatal, // glog's
}

// A kind is what wrote a line.
type kind int

const (
	plain    kind = iota // no logger
	logged               // Milvus' logger, or etcd's client's
	panicked             // Go's runtime, after a panic with a reason
	crashed              // Go's or C++'s runtime, after a crash
)

// An entry is one line of a server's log, taken apart. The stack that a logger
// puts into a line is none of it.
type entry struct {
	kind    kind
	level   level
	message string
	fields  []field
}

type field struct{ key, value string }

func (e entry) get(key string) string {
	for _, f := range e.fields {
		if f.key == key {
			return f.value
		}
	}
	return ""
}

func (e entry) why() string {
	if err := e.get("error"); err != "" {
		return err
	}
	return e.message
}

// String returns a line's message and error, or the whole line where it has neither.
func (e entry) String() string {
	if err := e.get("error"); err != "" {
		return e.message + ": " + err
	}
	text := e.message
	for _, f := range e.fields {
		text += " [" + f.key + "=" + f.value + "]"
	}
	return text
}

// entries returns the lines of a log without empty ones and without the stack traces of Go's
// runtime, which may fill the last megabyte of a dead server's log.
func entries(log []byte) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		trace := false
		for line := range bytes.Lines(log) {
			line = bytes.TrimSpace(line)
			if len(line) == 0 {
				continue
			}
			e := parse(line)
			if e.kind == plain && (trace || stack.Match(line)) {
				trace = true
				continue
			}
			trace = e.kind == panicked || e.kind == crashed
			if !yield(e) {
				return
			}
		}
	}
}

var (
	stack     = regexp.MustCompile(`^goroutine \d+ .*\[`)
	panicking = regexp.MustCompile(`^panic: (.*)`)
	crash     = regexp.MustCompile(`^(panic: runtime error: .*|fatal error: .*|SIG[A-Z]+: .*|terminate called after .*|what\(\): .*)`)
	glogged   = regexp.MustCompile(`^([IWEF])\d{4,8} [\d:.]+ +\d+ [^\]]+\] (.*)`)
)

// parse takes one line apart, in whichever form it is written.
func parse(line []byte) entry {
	switch line[0] {
	case '[':
		if e, is := parseText(string(line)); is {
			return e
		}
	case '{':
		if e, is := parseJSON(line); is {
			return e
		}
	}
	if m := crash.Find(line); m != nil {
		return entry{kind: crashed, message: valid(string(m))}
	}
	if m := panicking.Find(line); m != nil {
		return entry{kind: panicked, message: valid(string(m))}
	}
	if m := glogged.FindSubmatch(line); m != nil {
		return entry{kind: logged, level: levels[string(m[1])], message: valid(string(m[2]))}
	}
	return entry{message: valid(string(line))}
}

// valid makes one line of valid UTF-8 of another program's output.
func valid(text string) string { return inLine.Replace(strings.ToValidUTF8(text, "�")) }

var inLine = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ", "\x00", " ")

// parseText takes a line apart that Milvus writes by default:
//
//	[time] [LEVEL] [file:line] ["message"] [key=value] [error="…"] [stack="…"]
//
// of which each part is in quotation marks, as JSON has them, where it holds
// anything but letters. A line that is cut off gives what it has.
func parseText(line string) (e entry, is bool) {
	e.kind = logged
	rest := line
	for parts := 0; strings.HasPrefix(rest, "["); parts++ {
		var key, value string
		key, value, rest = part(rest)
		switch {
		case parts == 0:
		case e.level == unlevelled:
			if e.level, is = levels[key]; !is {
				return entry{}, false
			}
		case source.MatchString(key):
			e.message = "" // what came before is a logger's name
		case e.message == "" && value == "":
			e.message = valid(key)
		case value != "" && !noise[key]:
			e.fields = append(e.fields, field{key, valid(value)})
		}
		rest = strings.TrimPrefix(rest, " ")
	}
	if rest != "" { // a library's output
		e.message = strings.TrimSpace(e.message + " " + rest)
	}
	return e, is && e.message != ""
}

// source is the file and the line that logged something.
var source = regexp.MustCompile(`^[\w./@-]+\.(go|cpp|cc|h):\d+$|^<unknown>$`)

// noise is what is left out of a line: where in the code it was written.
var noise = map[string]bool{"stack": true, "stacktrace": true, "errorVerbose": true, "caller": true, "ts": true, "time": true, "level": true, "logger": true}

// part takes the first [key=value] off a line.
func part(line string) (key, value, rest string) {
	key, rest = word(line[1:], "=]")
	if strings.HasPrefix(rest, "=") {
		value, rest = word(rest[1:], "]")
	}
	return key, value, strings.TrimPrefix(rest, "]")
}

// word splits off the first word: a quoted one, or the text before one of the end characters.
func word(text, end string) (word, rest string) {
	if !strings.HasPrefix(text, `"`) {
		i := strings.IndexAny(text, end)
		if i < 0 {
			i = len(text)
		}
		return text[:i], text[i:]
	}
	i := 1
	for i < len(text) && text[i] != '"' {
		if text[i] == '\\' {
			i++
		}
		i++
	}
	i = min(i, len(text))
	if json.Unmarshal([]byte(text[:i]+`"`), &word) != nil {
		word = text[1:i]
	}
	return word, text[min(i+1, len(text)):]
}

// parseJSON parses a line that is a JSON object, as etcd's client and server write, and Milvus
// where it is configured to.
func parseJSON(line []byte) (e entry, is bool) {
	var object map[string]any
	if json.Unmarshal(line, &object) != nil {
		return e, false
	}
	e.kind = logged
	for _, key := range []string{"msg", "message"} {
		if text, has := object[key].(string); has {
			e.message = valid(text)
			delete(object, key)
		}
	}
	loud, _ := object["level"].(string)
	e.level = levels[strings.ToUpper(loud)]
	for key, value := range object {
		if text, has := value.(string); has && !noise[key] {
			e.fields = append(e.fields, field{key, valid(text)})
		}
	}
	slices.SortFunc(e.fields, func(a, b field) int { return strings.Compare(a.key, b.key) })
	return e, e.message != ""
}
