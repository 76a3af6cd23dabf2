// Package topologies holds the ways of configuring TLS that are judged, one
// per file. The file's name is the topology's name, which is interface.
package topologies

import (
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

var all []harness.Topology

// add registers a topology; each file calls it once.
func add(t harness.Topology) bool { //nolint:unparam // the result lets a file register with var _ =
	all = append(all, t)
	return true
}

// All returns every topology, by name.
func All() []harness.Topology {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b harness.Topology) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}

// Names returns the name of every topology.
func Names() []string {
	var names []string
	for _, t := range All() {
		names = append(names, t.Name)
	}
	return names
}

// Default returns the names of those that a run judges which asks for none: no cluster,
// whose components take a process each.
func Default() []string {
	var names []string
	for _, t := range All() {
		if !t.Cluster {
			names = append(names, t.Name)
		}
	}
	return names
}
