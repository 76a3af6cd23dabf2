package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"
)

const (
	maxLog   = 200 // how much of a server's log line a diff quotes, in characters
	maxNamed = 6   // how many of the cases that went one way a diff names
)

// turn is one kind of change among the cases of a claim. Cases with the same change are shown
// once, with the first one's evidence.
type turn struct {
	trend results.Trend
	cases []results.CaseDiff
}

func (t turn) first() results.CaseDiff { return t.cases[0] }

// turns gathers a claim's changes, the worst first.
func turns(c results.ClaimDiff) []turn {
	var all []turn
	index := map[string]int{}
	for _, x := range c.Changes {
		key := string(x.Trend) + check(x.Base) + check(x.New)
		i, known := index[key]
		if !known {
			i = len(all)
			index[key] = i
			all = append(all, turn{trend: x.Trend})
		}
		all[i].cases = append(all[i].cases, x)
	}
	slices.SortStableFunc(all, func(a, b turn) int {
		return slices.Index(results.Trends, a.trend) - slices.Index(results.Trends, b.trend)
	})
	return all
}

// check is the part of a result that distinguishes turns.
func check(r *results.Result) string {
	if r == nil {
		return "\x00"
	}
	s := strings.Join([]string{"", r.Verdict.String(), r.Saw, r.Want, r.Known}, "\x00")
	if r.Verdict == harness.NotApplicable {
		return s + "\x00" + r.Reason
	}
	if r.Evidence != nil {
		s += "\x00" + r.Evidence.Alert + "\x00" + r.Evidence.Negotiated
	}
	return s
}

func statusWord(r *results.Result) string {
	st := statusOf(*r)
	return strings.TrimSpace(marks[st] + " " + statusWords[st])
}

func seen(r *results.Result) string {
	if r == nil {
		return "no such case"
	}
	said := statusWord(r)
	if r.Finding != "" {
		said += ": " + strings.TrimSuffix(r.Finding, ".")
	}
	if r.Saw != "" {
		said += ", " + r.Saw
		if r.Verdict != harness.Confirmed {
			said += " where " + r.Want + " was wanted"
		}
	}
	if r.Explained() != "" {
		said += ": " + r.Explained()
	}
	if e := r.Evidence; e != nil {
		for _, proof := range []struct{ name, text string }{
			{"negotiated ", e.Negotiated}, {"", unlessIn(e.Alert, said)}, {"logged: ", unlessIn(e.Log, said)},
		} {
			if proof.text != "" {
				said += "; " + proof.name + clip(line(proof.text), maxLog)
			}
		}
	}
	return said
}

// unlessIn returns text, or "" if said contains it.
func unlessIn(text, said string) string {
	if strings.Contains(said, text) {
		return ""
	}
	return text
}

// names returns the cases that went one way, each with the topologies in which
// it did (and their releases, unless one release is held against another), and
// counts them where they are many: the JSON form has them all.
func (t turn) names(d results.Diff) string {
	var order []string
	cells := map[string][]string{}
	for _, x := range t.cases {
		r := x.New
		if r == nil || x.Trend == results.Gone {
			r = x.Base
		}
		name, cell := r.Case, r.Topology
		if name == plan.AllCases {
			name = "all cases"
		}
		if !d.Across {
			cell = r.Cell().String()
		}
		if cells[name] == nil {
			order = append(order, name)
		}
		cells[name] = append(cells[name], cell)
	}
	var parts []string
	for _, name := range order[:min(len(order), maxNamed)] {
		parts = append(parts, name+" in "+strings.Join(cells[name], ", "))
	}
	if more := len(order) - maxNamed; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}

// DiffJSON writes a diff for programs: all of it, with all evidence.
func DiffJSON(w io.Writer, d results.Diff) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		return fmt.Errorf("write diff: %w", err)
	}
	return nil
}
