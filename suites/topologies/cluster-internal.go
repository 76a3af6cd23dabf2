package topologies

import "milvus-tls-e2e/harness"

// A cluster with TLS between its components, and none for clients.
var _ = add(harness.Topology{Name: "cluster-internal", Cluster: true, Internal: harness.InternalOn})
