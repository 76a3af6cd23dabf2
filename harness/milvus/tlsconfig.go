package milvus

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// DefaultRESTPort is the port that the pages give REST under TLS.
const DefaultRESTPort = 8080

// TLSConfig returns what a topology sets of TLSKeys, at the default ports, for a
// server whose certificates lie in a folder. With TLS off it names none.
func TLSConfig(t harness.Topology, certs string) map[string]any {
	s := Setup{Topology: t, Change: t.Internal.Change(), Files: pki.ServerFiles{Dir: certs}, Ports: make([]int, len(Roles))}
	for i, r := range Roles {
		switch r.Role {
		case "grpc":
			s.Ports[i] = DefaultPort
		case "rest":
			s.Ports[i] = DefaultRESTPort
		}
	}
	tree := map[string]any{}
	s.configure(tree, slices.Concat(s.rest(), s.security(), s.internal()))
	if t.Mode == 0 {
		delete(tree, "tls")
	}
	if t.REST == harness.NoREST {
		set(tree, "proxy.http.port", nil)
	}
	return tree
}

// Pairings are the etcd and MinIO that each release line's own Compose files
// name (read there), newest first. A newer line takes the newest.
var Pairings = []struct{ Line, Etcd, MinIO string }{
	{"3.0", "v3.5.25", "RELEASE.2024-05-28T17-19-04Z"},
	{"2.6", "v3.5.25", "RELEASE.2024-12-18T13-15-44Z"},
	{"2.5", "v3.5.18", "RELEASE.2024-05-28T17-19-04Z"},
	{"2.4", "v3.5.5", "RELEASE.2023-03-20T20-16-18Z"},
	{"2.3", "v3.5.5", "RELEASE.2023-03-20T20-16-18Z"},
	{"2.2", "v3.5.5", "RELEASE.2023-03-20T20-16-18Z"},
}
