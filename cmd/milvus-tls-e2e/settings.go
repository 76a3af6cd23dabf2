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
	topologies []string
	clients    []harness.Client
	narrowed   bool
	storage    string // "", "object" or "local"
	wheel      string

	bin, lib, configs string

	upgrade   bool
	downgrade bool
	stop      time.Duration // between SIGTERM and SIGKILL
}

func readSettings() (settings, error) {
	s := settings{
		wheel: os.Getenv("MILVUS_WHEEL"), storage: os.Getenv("STORAGE"),
		bin: os.Getenv("MILVUS_BIN"), lib: os.Getenv("MILVUS_LIB"), configs: os.Getenv("MILVUS_CONFIGS"),
	}
	if p := os.Getenv("PROVIDER"); p != "" && p != "process" {
		return s, fmt.Errorf("unknown PROVIDER=%s: this version has process", p)
	}
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
	s.narrowed = s.bin != "" || os.Getenv("VERSION")+os.Getenv("TOPOLOGY")+os.Getenv("CLIENTS") != ""
	return s, nil
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
