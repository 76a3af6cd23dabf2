package milvus

import (
	"cmp"
	"regexp"
	"strings"
)

// maxReason bounds a log line in a report, in bytes.
const maxReason = 400

// Cause returns what a server says of why its start ended, the cause before what
// followed from it: on 2.6 the last panic is often over a context that something
// else has canceled. It is "" where nothing known is said.
func Cause(log []byte) string { return answer(log, whyEnded) }

// Canceled reports whether a server says of its start only that something in it
// canceled it. A 2.6.20 cancels its start before it logs which component did not
// come up and why, and may have ended by then.
func Canceled(log []byte) bool {
	for e := range entries(log) {
		if (e.kind == panicked || e.level >= warn) && consequence.MatchString(e.why()) {
			return true
		}
	}
	return false
}

// EndCause returns what a server that had run says of why it ended: the cause, or
// else its last line.
func EndCause(log []byte) string { return cmp.Or(answer(log, whyStopped), LastLine(log)) }

// TLSErrorLine returns what a server that goes on trying says of a TLS connection
// of its own.
func TLSErrorLine(log []byte) string { return answer(log, whyStuck) }

// InternalTLSError returns what a server says of components that cannot use their
// certificates, or refuse each other's. Others' connections have nothing to do
// with it, and a 2.5 whose components get on well says all the time that one of
// them was spoken to in plaintext.
func InternalTLSError(log []byte) string { return answer(log, whyApart) }

// NoEngine returns what a server says of having no vector engine.
func NoEngine(log []byte) string { return answer(log, whyNoData) }

// AnswersNoEngine reports whether what a client is answered says so.
func AnswersNoEngine(err error) bool { return err != nil && engineless.MatchString(err.Error()) }

// LastLine returns the last line of a log that says something: none of a stack
// trace.
func LastLine(log []byte) string {
	var last entry
	for e := range entries(log) {
		last = e
	}
	return cut(last.String(), 0)
}

// RESTLogLine returns the first warning or error that says what became of REST.
func RESTLogLine(log []byte) string {
	for e := range entries(log) {
		if e.kind == logged && e.level >= warn && aboutREST.MatchString(e.message) {
			return cut(e.String(), 0)
		}
	}
	return ""
}

var aboutREST = regexp.MustCompile(`(?i)restful|http server|http port|http listener|server\(http\)`)

// answer returns the best that a log says to a question: of several lines that are
// worth the same, the first.
func answer(log []byte, q question) (best string) {
	worth := starved + 1
	for e := range entries(log) {
		for _, p := range causes {
			if p.answers&q == 0 || p.rank >= worth {
				continue
			}
			if at, is := p.matches(e); is {
				worth, best = p.rank, e.shown(at)
			}
		}
	}
	return best
}

// matches reports whether a line says what a pattern is of, and where in its error,
// or else its message, the reason begins.
func (p pattern) matches(e entry) (at int, is bool) {
	switch {
	case e.kind != p.kind || e.level < p.level || !strings.Contains(e.message, p.message):
		return 0, false
	case p.rank >= summed && consequence.MatchString(e.why()):
		return 0, false
	case p.why == nil:
		return 0, true
	}
	found := p.why.FindStringIndex(e.why())
	if found == nil || turnedAway.MatchString(e.message) {
		return 0, false
	}
	return found[0], true
}

// shown returns a line as a report has it, with the reason that begins at a place
// in its error, or else in its message.
func (e entry) shown(at int) string {
	why := e.why()
	if i := strings.LastIndex(why[:at], described); i >= 0 {
		return cut(quoted(why[i+len(described):]), 0) // gRPC says first what it was about to do, and to whom
	}
	text := e.String()
	return cut(text, max(0, strings.LastIndex(text, why[at:])))
}

// described is what gRPC puts before the error of a connection, in quotation
// marks.
const described = "desc = "

// quoted returns what stands in quotation marks at the beginning of a text, which
// may be within others and so be escaped.
func quoted(text string) string {
	mark, rest, is := strings.Cut(text, `"`)
	if !is || strings.Trim(mark, `\`) != "" {
		return text
	}
	for i := range len(rest) {
		if end := rest[:i]; rest[i] == '"' && strings.HasSuffix(end, mark) && !strings.HasSuffix(strings.TrimSuffix(end, mark), `\`) {
			return strings.TrimSuffix(end, mark)
		}
	}
	return rest
}

// cut shortens a text in which the reason begins at a place. Neither the reason's
// beginning nor its end goes: a name that a certificate is not for stands behind
// all those that it is for.
func cut(text string, at int) string {
	if len(text) <= maxReason {
		return text
	}
	reason := text[at:]
	if most := maxReason * 3 / 4; len(reason) > most {
		reason = reason[:most/2] + " … " + reason[len(reason)-most/2:]
	}
	lead := text[:at]
	if room := maxReason - len(reason); len(lead) > room {
		lead = lead[:max(0, room)] + " … "
	}
	return strings.ToValidUTF8(lead+reason, "")
}
