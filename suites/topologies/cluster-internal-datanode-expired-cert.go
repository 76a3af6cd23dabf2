package topologies

import "milvus-tls-e2e/harness"

// A cluster with TLS between its components, whose datanode alone shows a certificate that has expired.
var _ = add(harness.Topology{
	Name: "cluster-internal-datanode-expired-cert", Cluster: true, Internal: harness.InternalOn,
	Odd: harness.Odd{Component: "datanode", Internal: harness.InternalExpired}, RepairedTopology: "cluster-internal",
})
