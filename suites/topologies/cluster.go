package topologies

import "milvus-tls-e2e/harness"

// A server whose components run as processes of their own, with nothing encrypted.
var _ = add(harness.Topology{Name: "cluster", Cluster: true})
