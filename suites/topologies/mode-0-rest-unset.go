package topologies

import "milvus-tls-e2e/harness"

// TLS off, and REST's port not configured: the two share gRPC's.
var _ = add(harness.Topology{Name: "mode-0-rest-unset", Mode: 0, REST: harness.UnsetPort})
