package milvus

import (
	"maps"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// A Component is one process of a deployment, by what it runs and what it listens at.
type Component struct {
	Name string // "proxy-2"; "milvus" where one process is the whole server
	Role string // what `milvus run` is told: "proxy", "standalone"
}

// Arguments are what starts the component. The processes of a cluster lock a file each,
// whose name bears the alias; several clusters may share the folder.
func (c Component) Arguments(deployment string) []string {
	args := []string{"run", c.Role}
	if c == standalone {
		return args
	}
	return append(args, "-alias", deployment+"-"+c.Name)
}

var standalone = Component{Name: "milvus", Role: "standalone"}

// Components returns the processes that a server of a release consists of in a topology,
// in the order in which they are started: coordinators first. Outside a cluster it is
// one.
func Components(fs harness.Features, t harness.Topology) []Component {
	if !t.Cluster {
		return []Component{standalone}
	}
	var all []Component
	for _, p := range fs.InternalPortsOf() {
		if p.First() == p { // the topology, not the release, decides which component has a second instance
			all = append(all, Component{Name: p.Component(), Role: p.Component()})
		}
	}
	for _, role := range harness.Replicated {
		all = append(all, Component{Name: role + harness.Second, Role: role})
	}
	slices.SortStableFunc(all, func(a, b Component) int { return startOrder(a) - startOrder(b) })
	return all
}

// startOrder puts what others wait for first, and what clients wait for last.
func startOrder(c Component) int {
	switch {
	case strings.HasSuffix(c.Role, "coord"):
		return 0
	case c.Role == "proxy":
		return 2
	}
	return 1
}

// rollingOrder is in which order components are replaced in a rolling upgrade, as the
// Operator has it. A 2.3's datacoord registers as indexcoord too, and ends where a 2.2's
// indexcoord still is (seen from 2.2.16 to 2.3.5).
var rollingOrder = []string{"mixcoord", "rootcoord", "indexcoord", "datacoord", "querycoord", "indexnode", "streamingnode", "querynode", "datanode", "proxy"}

// RollingOrder returns components in the order in which they are replaced.
func RollingOrder(of []Component) []Component {
	all := slices.Clone(of)
	slices.SortStableFunc(all, func(a, b Component) int {
		return slices.Index(rollingOrder, a.Role) - slices.Index(rollingOrder, b.Role)
	})
	return all
}

// Listeners names every listener of a deployment with these components, so that each gets a
// port: those of Roles, and the additional ones of each component or its second instance.
func Listeners(components []Component) []string {
	var all []string
	for _, r := range Roles {
		all = append(all, r.Role)
	}
	if len(components) == 1 {
		return all
	}
	for _, c := range components {
		all = append(all, string(harness.ManagementOf(c.Name)))
		all = append(all, slices.Sorted(maps.Values(c.own()))...)
	}
	return all
}

// PortsFor returns the ports of one component, one for each of Roles, where every
// listener of the deployment has the one in at.
func (c Component) PortsFor(at map[string]int) []int {
	own := c.own()
	var ports []int
	for _, r := range Roles {
		name := r.Role
		if other := own[name]; other != "" {
			name = other
		}
		if managed := string(harness.ManagementOf(c.Name)); name == string(harness.Management) && at[managed] != 0 {
			name = managed
		}
		ports = append(ports, at[name])
	}
	return ports
}

// own names the listeners of a component that other components of a cluster have too,
// by what the first of those calls its own.
func (c Component) own() map[string]string {
	all := map[string]string{}
	if strings.HasSuffix(c.Name, harness.Second) {
		all["internal-"+c.Role] = "internal-" + c.Name
		if c.Role == "proxy" {
			all[string(harness.GRPC)], all[string(harness.HTTP)] = string(harness.GRPC2), string(harness.HTTP2)
		}
	}
	if c.Role == "streamingnode" {
		// It serves queries too, and listens for them where a querynode would (seen on a 2.6.20).
		all[string(harness.InternalQueryNode)] = string(harness.InternalQueryNode) + "-of-" + c.Name
	}
	return all
}
