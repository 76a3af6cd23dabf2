package topologies

import "milvus-tls-e2e/harness"

// One-way TLS with REST's port set to gRPC's, which a server may refuse to start with.
var _ = add(harness.Topology{Name: "mode-1-rest-equal", Mode: 1, REST: harness.EqualPort, RepairedTopology: "mode-1"})
