package harness

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Release is which of an SDK's pinned releases is meant, by its release line.
// The zero value is the one that suits the server, or a client that has none.
type Release string

// Releases returns the pinned releases of an SDK, oldest first; one that is empty
// of a client that has none.
func (c Client) Releases() []Release {
	if all := specs[c].Releases; len(all) > 0 {
		return all
	}
	return []Release{""}
}

// A ClientVersion is a client in one of its client releases.
type ClientVersion struct {
	Client  Client  `json:"client"`
	Release Release `json:"release,omitempty"`
}

// SDKs returns every SDK in another language, in each of its client releases.
func SDKs() (all []ClientVersion) {
	for _, c := range Clients {
		for _, e := range specs[c].Releases {
			all = append(all, ClientVersion{c, e})
		}
	}
	return all
}

func (s ClientVersion) String() string {
	return strings.TrimSuffix(string(s.Client)+" "+string(s.Release), " ")
}

// Installed is the feature of a machine on which the client is installed, and
// the name of its installation; "" of a client that needs none.
func (s ClientVersion) Installed() Feature {
	if s.Release == "" {
		return ""
	}
	return Feature(string(s.Client) + "-" + string(s.Release))
}

// Needs returns what a client needs of the machine.
func (s ClientVersion) Needs() (all []Feature) {
	for _, f := range []Feature{s.Client.Needs(), s.Installed()} {
		if f != "" {
			all = append(all, f)
		}
	}
	return all
}

// Release returns the release of an SDK that suits a server of a release line: the
// newest that is not newer, as release notes name them side by side, or else the
// oldest. For a line that is no number it is the newest.
func (c Client) Release(line string) Release {
	all := c.Releases()
	suits := all[0]
	for _, e := range all {
		if slices.Compare(lineNumbers(string(e)), lineNumbers(line)) <= 0 {
			suits = e
		}
	}
	return suits
}

// lineNumbers returns a release line as numbers, so that lines compare as releases
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

// NeedsOfAllClients is what a machine offers on which every client is installed.
func NeedsOfAllClients() (all []Feature) {
	for _, c := range Clients {
		for _, e := range c.Releases() {
			all = append(all, ClientVersion{c, e}.Needs()...)
		}
	}
	return all
}
