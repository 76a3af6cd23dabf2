package topologies

import "milvus-tls-e2e/harness"

// A cluster with TLS between its components, whose datanode alone finds no internal certificate.
var _ = add(harness.Topology{
	Name: "cluster-internal-datanode-missing-cert", Cluster: true, Internal: harness.InternalOn,
	Odd: harness.Odd{Component: "datanode", Internal: harness.InternalNoCert}, RepairedTopology: "cluster-internal",
})
