package milvus

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"
)

// maxReason bounds a log line in a report, in bytes.
const maxReason = 400

// Cause returns the logged reason why a start failed: the cause rather than its consequences (on
// 2.6 the last panic is often about a context that something else canceled). It is "" where the
// log holds no known reason.
func Cause(log []byte) string { return answer(log, whyEnded) }

// Canceled reports whether the only logged reason for a failed start is a cancellation. A 2.6.20
// cancels its start before it logs which component failed and why, and may exit before that.
func Canceled(log []byte) bool {
	for e := range entries(log) {
		if (e.kind == panicked || e.level >= warn) && consequence.MatchString(e.why()) {
			return true
		}
	}
	return false
}

// EndCause returns the logged reason why a server exited after it had run, or its last log line.
func EndCause(log []byte) string { return cmp.Or(answer(log, whyStopped), LastLine(log)) }

// TLSErrorLine returns the error that a server which keeps retrying logs about a TLS connection
// it makes itself.
func TLSErrorLine(log []byte) string { return answer(log, whyStuck) }

// InternalTLSError returns the error of components that cannot use their certificates or refuse
// each other's. Errors of other connections do not count: a working 2.5 keeps logging that one
// of its components was contacted in plaintext.
func InternalTLSError(log []byte) string { return answer(log, whyApart) }

// TLSErrorLineAt returns the one that names an address.
func TLSErrorLineAt(log []byte, addr string) string {
	var its []byte
	for line := range bytes.Lines(log) {
		if i := bytes.Index(line, []byte(addr)); i >= 0 && !isDigit(line, i+len(addr)) {
			its = append(its, line...)
		}
	}
	return TLSErrorLine(its)
}

// isDigit reports whether there is a digit at a place of a text: a longer port than the one
// before it.
func isDigit(text []byte, at int) bool { return at < len(text) && text[at] >= '0' && text[at] <= '9' }

// NoEngine returns the log line that reports a missing vector engine.
func NoEngine(log []byte) string { return answer(log, whyNoData) }

// AnswersNoEngine reports whether the answer to a client reports a missing vector engine.
func AnswersNoEngine(err error) bool { return err != nil && engineless.MatchString(err.Error()) }

// LastLine returns the last line of a log that is not part of a stack trace.
func LastLine(log []byte) string {
	var last entry
	for e := range entries(log) {
		last = e
	}
	return cut(last.String(), 0)
}

// RESTLogLine returns the first warning or error about REST.
func RESTLogLine(log []byte) string {
	for e := range entries(log) {
		if e.kind == logged && e.level >= warn && aboutREST.MatchString(e.message) {
			return cut(e.String(), 0)
		}
	}
	return ""
}

var aboutREST = regexp.MustCompile(`(?i)restful|http server|http port|http listener|server\(http\)`)

// answer returns the best match for a question: of several matches of the same rank, the first.
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

// matches reports whether a line matches a pattern, and where in its error or message the reason
// begins.
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
		return cut(quoted(why[i+len(described):]), 0) // gRPC first describes the connection that it tried
	}
	text := e.String()
	return cut(text, max(0, strings.LastIndex(text, why[at:])))
}

// described is what gRPC puts before the error of a connection, in quotation
// marks.
const described = "desc = "

// quoted returns the text in quotation marks at the beginning, whose quotes may be escaped.
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

// cut shortens a text whose reason begins at an offset, and keeps the reason's beginning and
// end: the name that a certificate does not cover is listed after all those that it does.
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
