package topologies

import "milvus-tls-e2e/harness"

// A cluster with TLS between its components, whose coordinator of names alone shows a certificate that has expired.
var _ = add(harness.Topology{
	Name: "cluster-internal-coordinator-expired-cert", Cluster: true, Internal: harness.InternalOn,
	Odd: harness.Odd{Component: harness.Coordinator, Internal: harness.InternalExpired}, RepairedTopology: "cluster-internal",
})
