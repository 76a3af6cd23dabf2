package topologies

import "milvus-tls-e2e/harness"

// A cluster with TLS between its components, and mutual TLS for clients.
var _ = add(harness.Topology{Name: "cluster-internal-mode-2", Mode: 2, Cluster: true, Internal: harness.InternalOn})
