package topologies

import "milvus-tls-e2e/harness"

// A cluster with TLS between its components, one of whose two proxies has internal TLS off.
var _ = add(harness.Topology{
	Name: "cluster-internal-proxy-off", Cluster: true, Internal: harness.InternalOn,
	Odd: harness.Odd{Component: "proxy", Internal: harness.InternalOff}, RepairedTopology: "cluster-internal",
})
