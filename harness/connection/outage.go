package connection

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An Outage is how long one client was not served, and why it thinks that it was not.
type Outage struct {
	Client  string         `json:"client"`  // the client, and what it asks for
	Calls   int            `json:"calls"`   // how many calls it made in all
	Refused float64        `json:"refused"` // seconds between the last answer before and the first after
	Resumed float64        `json:"resumed"` // of these, after the new server was ready, and had loaded where the call needs that
	Never   bool           `json:"never"`   // it was not served again
	Errors  map[string]int `json:"errors,omitempty"`
}

// Since returns the outage with those calls and errors alone that are not in an earlier look at the
// same client.
func (g Outage) Since(earlier Outage) Outage {
	g.Calls -= earlier.Calls
	met := map[string]int{}
	for class, n := range g.Errors {
		if n -= earlier.Errors[class]; n > 0 {
			met[class] = n
		}
	}
	g.Errors = met
	return g
}

// ErrorsSummary says what the client met instead of an answer, for reports.
func (g Outage) ErrorsSummary() string {
	var all []string
	for _, class := range slices.Sorted(maps.Keys(g.Errors)) {
		all = append(all, fmt.Sprintf("%s ×%d", class, g.Errors[class]))
	}
	if len(all) == 0 {
		return "no error"
	}
	return strings.Join(all, ", ")
}
