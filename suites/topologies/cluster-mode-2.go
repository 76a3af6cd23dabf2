package topologies

import "milvus-tls-e2e/harness"

// A cluster, with mutual TLS for clients.
var _ = add(harness.Topology{Name: "cluster-mode-2", Mode: 2, Cluster: true})
