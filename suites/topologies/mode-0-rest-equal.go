package topologies

import "milvus-tls-e2e/harness"

// TLS off, and REST's port set to gRPC's.
var _ = add(harness.Topology{Name: "mode-0-rest-equal", Mode: 0, REST: harness.EqualPort})
