package topologies

import "milvus-tls-e2e/harness"

// Mutual TLS with REST's port set to gRPC's, which a server may refuse to start with.
var _ = add(harness.Topology{Name: "mode-2-rest-equal", Mode: 2, REST: harness.EqualPort, RepairedTopology: "mode-2"})
