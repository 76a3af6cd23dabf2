package harness

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Edition is which of an SDK's pinned releases is meant, by its release line.
// The zero value is the one that suits the server, or a client that has none.
type Edition string

// editions are the pinned releases of the SDKs in other languages, oldest first.
// Each is installed by scripts/clients.sh.
var editions = map[Client][]Edition{
	Pymilvus: {"2.4", "2.6", "3.0"},
	Node:     {"2.4", "3.0"},
	Java:     {"2.6"},
}

// Editions gives the pinned releases of an SDK, oldest first; one that is empty
// of a client that has none.
func (c Client) Editions() []Edition {
	if all := editions[c]; len(all) > 0 {
		return all
	}
	return []Edition{""}
}

// A Speaker is a client in one of its editions.
type Speaker struct {
	Via     Client  `json:"client"`
	Edition Edition `json:"release,omitempty"`
}

// SDKs gives every SDK in another language, in each of its editions.
func SDKs() (all []Speaker) {
	for _, c := range Clients {
		for _, e := range editions[c] {
			all = append(all, Speaker{c, e})
		}
	}
	return all
}

// String names the speaker, for reports.
func (s Speaker) String() string {
	return strings.TrimSuffix(string(s.Via)+" "+string(s.Edition), " ")
}

// Installed is the feature of a machine on which the speaker is installed, and
// the name of its installation; "" of a client that needs none.
func (s Speaker) Installed() Feature {
	if s.Edition == "" {
		return ""
	}
	return Feature(string(s.Via) + "-" + string(s.Edition))
}

// Needs gives what a speaker needs of the machine.
func (s Speaker) Needs() (all []Feature) {
	for _, f := range []Feature{s.Via.Needs(), s.Installed()} {
		if f != "" {
			all = append(all, f)
		}
	}
	return all
}

// lacksSDK says of a machine what it lacks where an SDK is not installed.
func (f Feature) lacksSDK() string {
	for _, s := range SDKs() {
		if f == s.Installed() {
			return "the client " + s.String() + " is not installed here"
		}
	}
	return ""
}

// Edition gives the release of an SDK that suits a server of a release line: the
// newest that is not newer, as release notes name them side by side, or else the
// oldest. For a line that is no number it is the newest.
func (c Client) Edition(line string) Edition {
	all := c.Editions()
	suits := all[0]
	for _, e := range all {
		if slices.Compare(lineNumbers(string(e)), lineNumbers(line)) <= 0 {
			suits = e
		}
	}
	return suits
}

// lineNumbers gives a release line as numbers, so that lines compare as releases
// do. One that is no number is after all others.
func lineNumbers(line string) []int {
	var all []int
	for part := range strings.SplitSeq(line, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return []int{math.MaxInt}
		}
		all = append(all, n)
	}
	return all
}
