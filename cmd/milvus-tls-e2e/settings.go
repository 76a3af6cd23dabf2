package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/suites/topologies"
)

// settings are what the user's variables say, checked.
type settings struct {
	versions   []fixtures.Version // releases to judge; empty with bin
	byName     bool               // VERSION asks for them
	provider   string             // "", or the one that is asked for
	images     string             // "", or imagesLocal
	topologies []string
	clients    []harness.Client
	narrowed   bool
	shard      harness.Shard
	storage    string // "", "object" or "local"
	wheel      string

	bin, lib, configs string

	upgrade   bool
	downgrade bool
	stop      time.Duration // between SIGTERM and SIGKILL
	left      []string      // what an upgrade leaves out, and why: one line each
}

func readSettings() (settings, error) {
	s := settings{
		wheel: os.Getenv("MILVUS_WHEEL"), storage: os.Getenv("STORAGE"),
		bin: os.Getenv("MILVUS_BIN"), lib: os.Getenv("MILVUS_LIB"), configs: os.Getenv("MILVUS_CONFIGS"),
	}
	s.provider, s.images = os.Getenv("PROVIDER"), os.Getenv("IMAGES")
	if p := s.provider; p != "" && p != byProcess && p != byDocker {
		return s, fmt.Errorf("unknown PROVIDER=%s: it is process or docker", p)
	}
	if s.images != "" && s.images != imagesLocal {
		return s, fmt.Errorf("unknown IMAGES=%s: it is local, or unset for the official ones", s.images)
	}
	if s.images != "" && s.provider == byProcess {
		return s, fmt.Errorf("IMAGES=%s goes with PROVIDER=docker", s.images)
	}
	s.byName = len(list("VERSION")) > 0
	if s.storage != "" && s.storage != "local" && s.storage != "object" {
		return s, fmt.Errorf("unknown STORAGE=%s: it is local or object", s.storage)
	}
	known, err := fixtures.Versions()
	if err != nil {
		return s, err
	}
	if s.versions, err = chooseVersions(known, list("VERSION")); err != nil {
		return s, err
	}
	if s.bin != "" {
		s.versions = nil
	}
	if s.topologies, err = choose("TOPOLOGY", topologies.Names()); err != nil {
		return s, err
	}
	clients, err := choose("CLIENTS", names(harness.Clients))
	if err != nil {
		return s, err
	}
	for _, c := range clients {
		s.clients = append(s.clients, harness.Client(c))
	}
	// The raw client is the control of every other: a run without it could
	// confirm nothing.
	if !slices.Contains(s.clients, harness.Raw) {
		s.clients = append([]harness.Client{harness.Raw}, s.clients...)
	}
	if text := os.Getenv("SHARD"); text != "" {
		if s.shard, err = harness.ParseShard(text); err != nil {
			return s, fmt.Errorf("SHARD: %w", err)
		}
		if os.Getenv("BASE") != "" {
			return s, fmt.Errorf("BASE is for a whole run: compare when the shards are joined (make merge BASE=)")
		}
	}
	s.narrowed = s.bin != "" || os.Getenv("TOPOLOGY")+os.Getenv("CLIENTS") != "" || splitsLine(known, s.versions)
	return s, nil
}

// splitsLine tells whether a release is left out of a line that is judged: what
// is expected of a line is settled only where all its releases are there.
func splitsLine(known, chosen []fixtures.Version) bool {
	judged := map[string]bool{}
	for _, v := range chosen {
		judged[milvus.Line(v.Version)] = true
	}
	return slices.ContainsFunc(known, func(v fixtures.Version) bool {
		return judged[milvus.Line(v.Version)] && !slices.ContainsFunc(chosen, func(c fixtures.Version) bool { return c.Version == v.Version })
	})
}

func names(clients []harness.Client) []string {
	var all []string
	for _, c := range clients {
		all = append(all, string(c))
	}
	return all
}

// list splits a variable at its commas.
func list(variable string) []string {
	var words []string
	for _, w := range strings.Split(os.Getenv(variable), ",") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// choose gives the known names that a variable lists, or all without it.
func choose(variable string, known []string) ([]string, error) {
	wanted := list(variable)
	if len(wanted) == 0 {
		return known, nil
	}
	for _, w := range wanted {
		if !slices.Contains(known, w) {
			return nil, fmt.Errorf("unknown %s=%s: known are %s", variable, w, strings.Join(known, ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !slices.Contains(wanted, k) }), nil
}

// chooseVersions gives the releases that are wanted, each by its version or by
// its line, or all.
func chooseVersions(known []fixtures.Version, wanted []string) ([]fixtures.Version, error) {
	if len(wanted) == 0 {
		return known, nil
	}
	var chosen []fixtures.Version
	for _, w := range wanted {
		found := false
		for _, v := range known {
			if v.Version != w && milvus.Line(v.Version) != w {
				continue
			}
			found = true
			if !slices.ContainsFunc(chosen, func(c fixtures.Version) bool { return c.Version == v.Version }) {
				chosen = append(chosen, v)
			}
		}
		if !found {
			var all []string
			for _, v := range known {
				all = append(all, v.Version)
			}
			return nil, fmt.Errorf("unknown VERSION=%s: known are %s, and their lines (2.3); MILVUS_BIN= takes any other server", w, strings.Join(all, ", "))
		}
	}
	return chosen, nil
}
