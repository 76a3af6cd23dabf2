package report

import (
	"slices"
	"strings"
)

// The groups in which a report shows topologies, in their order.
var groupNames = []string{"Modes", "Certificates of the pages", "Backends over TLS", "Internal TLS", "Cluster"}

const (
	groupModes = iota
	groupCertificates
	groupBackends
	groupInternal
	groupCluster
)

func groupOf(topology string) int {
	switch {
	case strings.HasPrefix(topology, "cluster"):
		return groupCluster
	case strings.HasPrefix(topology, "internal"):
		return groupInternal
	case strings.Contains(topology, "-recipe-"):
		return groupCertificates
	case strings.Contains(topology, "etcd-tls"), strings.Contains(topology, "store-tls"):
		return groupBackends
	}
	return groupModes
}

// byGroup sorts topologies by their groups, and leaves them in order within each.
func byGroup(topologies []string) {
	slices.SortStableFunc(topologies, func(a, b string) int { return groupOf(a) - groupOf(b) })
}
