package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line makes one harmless line of text. Reasons hold what servers logged and
// answered, and a terminal obeys the control characters in it: they, line
// breaks and what turns the direction of writing become blanks.
func line(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// visible escapes characters that could make text look like something else in a browser, as
// \u202e: control characters except line breaks and tabs, and those that change the writing
// direction. Evidence is shown as it is, and nothing is hidden in it.
func visible(s string) string {
	hidden := func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// wrap breaks text between words into lines of at most width characters. A longer word gets a
// line of its own, so that it can be copied.
func wrap(text string, width int) []string {
	var lines []string
	current, used := "", 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case used == 0:
			current, used = word, n
		case used+1+n <= width:
			current, used = current+" "+word, used+1+n
		default:
			lines = append(lines, current)
			current, used = word, n
		}
	}
	if used > 0 {
		lines = append(lines, current)
	}
	return lines
}

// clip shortens text to width characters, the last of which marks the cut.
func clip(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:max(width-1, 0)]) + "…"
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
}

// letters names the column i as spreadsheets do: A to Z, then AA, AB, ...
func letters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
