package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// The elements of a JUnit file that CI systems read.
type (
	junitRun struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		junitCounts
		Started string      `xml:"timestamp,attr,omitempty"`
		Cases   []junitCase `xml:"testcase"`
	}
	junitCounts struct {
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Errors   int     `xml:"errors,attr"`
		Skipped  int     `xml:"skipped,attr"`
		Seconds  seconds `xml:"time,attr"`
	}
	junitCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Seconds seconds    `xml:"time,attr"`
		Failure *junitNote `xml:"failure"`
		Error   *junitNote `xml:"error"`
		Skipped *junitNote `xml:"skipped"`
		Output  string     `xml:"system-out,omitempty"`
	}
	junitNote struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
	seconds float64
)

// MarshalText writes seconds without an exponent, which some readers refuse.
func (s seconds) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%.3f", float64(s)), nil }

// JUnit writes the results as JUnit XML: a suite per cell and a test case per result. A known
// refutation passes with its reason in the output; an unknown one fails; an unjudged case is an
// error; one that does not apply is skipped. Expectations that the run contradicts fail in a
// suite of their own.
func JUnit(w io.Writer, r results.Results) error {
	run := junitRun{Name: "milvus-tls-e2e"}
	at := map[harness.Cell]int{}
	for _, x := range r.Results {
		i, ok := at[x.Cell()]
		if !ok {
			i = len(run.Suites)
			at[x.Cell()] = i
			run.Suites = append(run.Suites, junitSuite{Name: allowed(x.Cell().String()), Started: started(r.Run)})
		}
		run.Suites[i].add(junitResult(x))
	}
	if len(r.Stale) > 0 {
		suite := junitSuite{Name: "expectations", Started: started(r.Run)}
		for _, s := range r.Stale {
			note := &junitNote{Message: allowed(s), Type: "stale", Text: allowed(s)}
			suite.add(junitCase{Class: "expectations", Name: allowed(s), Failure: note})
		}
		run.Suites = append(run.Suites, suite)
	}
	for _, s := range run.Suites {
		run.sum(s.junitCounts)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(run); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	return nil
}

func junitResult(r results.Result) junitCase {
	c := junitCase{Class: allowed(r.Cell().String() + "." + r.Claim), Name: allowed(r.Case), Seconds: seconds(r.Seconds)}
	note := &junitNote{Message: allowed(cmp.Or(r.Finding, r.Explained(), r.Verdict.String())), Type: statusOf(r).kind(), Text: allowed(r.Sentence())}
	switch statusOf(r) {
	case notApplicable:
		c.Skipped = &junitNote{Message: note.Message}
	case refutedKnown:
		c.Output = allowed("known to be refuted: " + r.Known + "\n" + r.Sentence())
	case refutedNew:
		c.Failure = note
	case inconclusive, unjudged:
		c.Error = note
	case absent, confirmed, statusEnd:
	}
	return c
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	n := junitCounts{Tests: 1, Seconds: c.Seconds}
	switch {
	case c.Failure != nil:
		n.Failures = 1
	case c.Error != nil:
		n.Errors = 1
	case c.Skipped != nil:
		n.Skipped = 1
	}
	s.sum(n)
}

func (n *junitCounts) sum(more junitCounts) {
	n.Tests += more.Tests
	n.Failures += more.Failures
	n.Errors += more.Errors
	n.Skipped += more.Skipped
	n.Seconds += more.Seconds
}

func started(run results.Run) string {
	if run.Started.IsZero() {
		return ""
	}
	return run.Started.UTC().Format("2006-01-02T15:04:05")
}

// allowed strips what XML 1.0 has no way of writing: most control characters,
// surrogates and bytes that are no UTF-8. The encoder would put a U+FFFD in the
// place of each.
func allowed(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xD7FF,
			r >= 0xE000 && r < 0xFFFD, r >= 0x10000 && r <= 0x10FFFF:
			return r
		}
		return -1
	}, s)
}
