package topologies

import "milvus-tls-e2e/harness"

// One-way TLS with REST's port not configured, which a server may refuse to start with.
var _ = add(harness.Topology{Name: "mode-1-rest-unset", Mode: 1, REST: harness.UnsetPort, RepairedTopology: "mode-1"})
