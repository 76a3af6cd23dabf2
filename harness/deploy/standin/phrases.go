package standin

import (
	"embed"
	"fmt"
	"strings"
	"time"
)

//go:embed logs/*.log
var logs embed.FS

// phrases are what a line's servers log, by what happens to them: sections of lines
// as real servers wrote them, with a place for whatever differs.
type phrases struct{ sections map[string][]string }

// phrasesOf reads the phrases of a release line. The file is part of the program, so
// that one that cannot be read is a mistake in it.
func phrasesOf(line string) *phrases {
	text, err := logs.ReadFile("logs/" + line + ".log")
	if err != nil {
		panic(err)
	}
	p := &phrases{sections: map[string][]string{}}
	section := ""
	for _, l := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		name, is := strings.CutPrefix(l, "== ")
		switch {
		case is:
			section = name
		case section == "" || l == "": // a remark
		default:
			p.sections[section] = append(p.sections[section], l)
		}
	}
	return p
}

// values are what differs from one server to the next.
type values struct {
	err  string // what went wrong
	name string // the server
	at   string // where it went, or who came
	sni  string // the name that was expected
}

// write appends a section to a log. A line's own time is when it is written. What
// no logger wrote (a panic) goes past it, so that it is never held.
func (p *phrases) write(j *logBuffer, section string, v values) {
	lines, has := p.sections[section]
	if !has {
		panic(fmt.Sprintf("the phrases have no section %q", section))
	}
	for _, l := range lines {
		now := time.Now()
		text := strings.NewReplacer(
			"{time}", now.Format("2006/01/02 15:04:05.000 -07:00"), "{zulu}", now.UTC().Format("2006-01-02T15:04:05.000000Z"),
			"{error}", v.err, "{name}", v.name, "{at}", v.at, "{sni}", v.sni,
		).Replace(l) + "\n"
		if strings.HasPrefix(l, "[{time}]") {
			j.log(text)
		} else {
			_, _ = j.Write([]byte(text))
		}
	}
}
