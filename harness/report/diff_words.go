package report

import (
	"fmt"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

func sideName(s results.Side) string {
	var servers []string
	for _, j := range s.Servers {
		name := "Milvus " + j.Version
		if j.ServerVersion != "" {
			name += " (" + j.ServerVersion + ")"
		}
		servers = append(servers, name)
	}
	if len(servers) == 0 {
		servers = []string{"no server"}
	}
	said := fmt.Sprintf("%s; %s, %s, revision %s, %s", strings.Join(servers, ", "), plural(s.Results, "result"),
		s.Provider, s.Revision, s.Started.UTC().Format("2006-01-02 15:04 MST"))
	if s.Focus != "" {
		said += ", focused on " + s.Focus
	}
	return said
}

// labels give the two runs their short names: their releases where those
// differ, else base and new.
func labels(d results.Diff) (base, next string) {
	if d.Across {
		return d.Base.Servers[0].Version, d.New.Servers[0].Version
	}
	return "base", "new"
}

func aloneWords(d results.Diff) []string {
	var all []string
	for _, a := range d.Alone {
		run := "base"
		if a.New {
			run = "new"
		}
		all = append(all, fmt.Sprintf("only %s has %s in %s (%s)", run, a.Version, strings.Join(a.Topologies, ", "), plural(a.Results, "result")))
	}
	return all
}

// trendWords count the cases that went each way.
var trendWords = map[results.Trend]string{
	results.Worse: "worse", results.Better: "better", results.Shifted: "with other evidence",
	results.Appeared: "appeared", results.Gone: "gone",
}

func compared(d results.Diff) string {
	said := "nothing changed"
	if d.Across {
		base, next := labels(d)
		said = base + " → " + next + ": " + said
	}
	switch n := len(d.Claims); {
	case n == 0 && len(d.Alone) > 0:
		said = "nothing else changed"
	case n > 0:
		said = strings.TrimSuffix(said, "nothing changed") + plural(n, "claim") + " changed"
		count := d.Count()
		var parts []string
		for _, t := range results.Trends {
			if count[t] > 0 {
				parts = append(parts, fmt.Sprintf("%s %s", plural(count[t], "case"), trendWords[t]))
			}
		}
		said += " (" + strings.Join(parts, ", ") + ")"
	}
	return fmt.Sprintf("%s; %s stayed", said, plural(d.Stayed, "case"))
}

// saysOf returns a claim's statement if it is among the given ones.
func saysOf(claims []harness.Claim, c results.ClaimDiff) string {
	for _, known := range claims {
		if known.ID == c.Claim {
			return known.Statement
		}
	}
	for _, x := range c.Changes {
		for _, r := range []*results.Result{x.New, x.Base} {
			if r != nil && r.Statement != "" {
				return r.Statement
			}
		}
	}
	return "a claim that this harness does not know"
}
