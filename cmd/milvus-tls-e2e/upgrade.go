package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
)

// defaultStop is more than the 14 s that a real 2.3.5 takes to end, and less
// than the 30 s that Kubernetes grants, which would only prolong the wait for a
// 2.2.16, which does not end at all.
const defaultStop = 20 * time.Second

// mostStop bounds the operator's patience.
const mostStop = 10 * time.Minute

// readUpgrade reads what an upgrade is asked to do: FROM and TO each name one
// known release; MILVUS_BIN stands in for TO.
func readUpgrade() (settings, error) {
	s, err := readSettings()
	if err != nil {
		return s, err
	}
	s.upgrade, s.downgrade, s.stop = true, os.Getenv("DOWNGRADE") != "", defaultStop
	if text := os.Getenv("STOP"); text != "" {
		if s.stop, err = time.ParseDuration(text); err != nil || s.stop <= 0 || s.stop > mostStop {
			return s, fmt.Errorf("STOP=%s: it is how long a server may take to end after SIGTERM, such as 20s, up to %s", text, mostStop)
		}
	}
	known, err := fixtures.Versions()
	if err != nil {
		return s, err
	}
	from, to := os.Getenv("FROM"), os.Getenv("TO")
	switch {
	case os.Getenv("VERSION") != "":
		return s, errors.New("VERSION= says nothing about an upgrade: name its two releases with FROM= and TO=")
	case from == "" || to == "" && s.bin == "":
		return s, errors.New("an upgrade needs FROM= and TO=, such as FROM=2.2.16 TO=2.3.5; MILVUS_BIN= stands in for TO=")
	case to != "" && s.bin != "":
		return s, fmt.Errorf("TO=%s and MILVUS_BIN=%s both say what to upgrade to: give one", to, s.bin)
	}
	s.versions = nil
	for _, name := range []struct{ variable, value string }{{"FROM", from}, {"TO", to}} {
		if name.value == "" {
			continue
		}
		found, err := chooseVersions(known, []string{name.value})
		if err != nil || len(found) != 1 {
			var all []string
			for _, v := range known {
				all = append(all, v.Version)
			}
			return s, fmt.Errorf("%s=%s is not one known release: known are %s", name.variable, name.value, strings.Join(all, ", "))
		}
		s.versions = append(s.versions, found[0])
	}
	if len(s.versions) == 2 {
		if _, err := s.ordered(s.versions[0].Version, s.versions[1].Version); err != nil {
			return s, err // before anything is downloaded
		}
	}
	s.narrowed = os.Getenv("TOPOLOGY")+os.Getenv("CLIENTS") != ""
	return s, nil
}

// shareStorage gives servers that follow each other one kind of storage: one
// that the first of them cannot use is none for the second.
func shareStorage(servers []harness.Server) {
	kind := "object"
	for _, s := range servers {
		if s.Storage == "local" {
			kind = "local"
		}
	}
	for i := range servers {
		servers[i].Storage = kind
	}
}

// passage says which of the servers is upgraded to which.
func (s settings) passage(servers []harness.Server) (*harness.Upgrade, error) {
	if !s.upgrade {
		return nil, nil
	}
	down, err := s.ordered(servers[0].Version, servers[1].Version)
	if err != nil {
		return nil, err
	}
	return &harness.Upgrade{From: servers[0].Version, To: servers[1].Version, Down: down, Stop: s.stop.Seconds()}, nil
}

// ordered tells whether one version to the other is a downgrade, and fails
// where that is not what was asked for.
func (s settings) ordered(one, other string) (down bool, err error) {
	from, err := semver.NewVersion(one)
	if err != nil {
		return false, fmt.Errorf("read version %q: %w", one, err)
	}
	to, err := semver.NewVersion(other)
	if err != nil {
		return false, fmt.Errorf("read version %q: %w", other, err)
	}
	switch {
	case from.Equal(to):
		return false, fmt.Errorf("%s is what it would be upgraded from and to: name two releases", from)
	case to.LessThan(from) && !s.downgrade:
		return false, fmt.Errorf("%s is older than %s: that is a downgrade, which DOWNGRADE=1 asks for", to, from)
	case from.LessThan(to) && s.downgrade:
		return false, fmt.Errorf("DOWNGRADE=1, but %s is newer than %s: leave it out", to, from)
	}
	return to.LessThan(from), nil
}
