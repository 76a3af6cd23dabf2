package topologies

import "milvus-tls-e2e/harness"

// A cluster with TLS between its components, one of whose two querynodes finds no internal certificate.
var _ = add(harness.Topology{
	Name: "cluster-internal-querynode-missing-cert", Cluster: true, Internal: harness.InternalOn,
	Odd: harness.Odd{Component: "querynode", Internal: harness.InternalNoCert}, RepairedTopology: "cluster-internal",
})
