package topologies

import "milvus-tls-e2e/harness"

// A cluster with TLS between its components, whose datanode alone trusts a CA that signed no internal certificate.
var _ = add(harness.Topology{
	Name: "cluster-internal-datanode-wrong-ca", Cluster: true, Internal: harness.InternalOn,
	Odd: harness.Odd{Component: "datanode", Internal: harness.InternalWrongCA}, RepairedTopology: "cluster-internal",
})
