package topologies

import "milvus-tls-e2e/harness"

// A cluster, with one-way TLS for clients.
var _ = add(harness.Topology{Name: "cluster-mode-1", Mode: 1, Cluster: true})
