package topologies

import "milvus-tls-e2e/harness"

// A cluster with TLS between its components, whose datanode alone has internal TLS off.
var _ = add(harness.Topology{
	Name: "cluster-internal-datanode-off", Cluster: true, Internal: harness.InternalOn,
	Odd: harness.Odd{Component: "datanode", Internal: harness.InternalOff}, RepairedTopology: "cluster-internal",
})
