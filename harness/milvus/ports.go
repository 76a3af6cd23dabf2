package milvus

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
)

// Roles are the listeners of a standalone server, each with the key of its
// port. Keys that a release does not know are ignored by it.
var Roles = []struct{ Role, Key string }{
	{"grpc", "proxy.port"},
	{"rest", "proxy.http.port"},
	{"management", ""}, // METRICS_PORT, which only the environment can set
	{"internal-proxy", "proxy.internalPort"},
	{"internal-rootcoord", "rootCoord.port"},
	{"internal-querycoord", "queryCoord.port"},
	{"internal-querynode", "queryNode.port"},
	{"internal-indexcoord", "indexCoord.port"},
	{"internal-indexnode", "indexNode.port"},
	{"internal-datacoord", "dataCoord.port"},
	{"internal-datanode", "dataNode.port"},
	{"internal-streamingnode", "streamingNode.port"},
}

// sameListener are the roles that have no key of their own: 2.6's one
// coordinator listens where the root coordinator did (read in its source, seen
// on 2.6.3).
var sameListener = map[string]string{"internal-mixcoord": "internal-rootcoord"}

// SameListener returns the role of Roles whose listener a role has: its own for
// most.
func SameListener(role string) string { return cmp.Or(sameListener[role], role) }

// Port returns the port of a role.
func (s Setup) Port(role string) int {
	role = SameListener(role)
	for i, r := range Roles {
		if r.Role == role && i < len(s.Ports) {
			return s.Ports[i]
		}
	}
	return 0
}

// KeyOfPort returns the key of milvus.yaml that has the port of a role, or "".
func KeyOfPort(role string) string {
	role = SameListener(role)
	for _, r := range Roles {
		if r.Role == role {
			return r.Key
		}
	}
	return ""
}

func (s Setup) listeners() []setting {
	var all []setting
	for _, r := range Roles {
		if r.Role != "rest" && r.Key != "" {
			all = append(all, setting{r.Key, port(s.Port(r.Role))})
		}
	}
	for _, role := range []string{"rootCoord", "queryCoord", "queryNode", "indexCoord", "indexNode", "dataCoord", "dataNode", "proxy", "mixCoord", "streamingNode"} {
		all = append(all, setting{role + ".ip", "127.0.0.1"})
	}
	if index := s.Port("internal-indexcoord"); index != 0 {
		// Up to 2.2 the index coordinator has an address in addition to its port.
		all = append(all, setting{"indexCoord.address", net.JoinHostPort("127.0.0.1", strconv.Itoa(index))})
	}
	return all
}

// ownPorts are where a server listens that finds no configuration, in the order
// of Roles (read in the stock files of 2.2 to 2.6). REST has no port of its own
// then: it shares gRPC's where it may.
var ownPorts = []int{DefaultPort, 0, 9091, 19529, 53100, 19531, 21123, 31000, 21121, 13333, 21124, 22222}

// PortsOf returns the ports of a server with these configurations, of which later
// ones are merged over earlier ones. With a release's stock milvus.yaml alone
// they are its default ports: the coordinator's is 53100 up to 2.5, and 22125 in
// newer releases of 2.6 (seen on 2.6.20) and in 3.0.
func PortsOf(configs ...[]byte) ([]int, error) {
	ports := slices.Clone(ownPorts)
	for _, config := range configs {
		tree, err := Parse("configuration", config)
		if err != nil {
			return nil, err
		}
		for i, r := range Roles {
			value, _ := Lookup(tree, r.Key)
			if n, err := strconv.Atoi(fmt.Sprint(value)); err == nil {
				ports[i] = n
			}
		}
	}
	return ports, nil
}
