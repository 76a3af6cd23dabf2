package topologies

import "milvus-tls-e2e/harness"

// Mutual TLS with REST's port not configured, which a server may refuse to start with.
var _ = add(harness.Topology{Name: "mode-2-rest-unset", Mode: 2, REST: harness.UnsetPort, RepairedTopology: "mode-2"})
